import type { SimulatedProvider } from "@hermod/simulator/registry";

type Fields = Readonly<Record<string, unknown>>;

/** What somebody knows of a simulator who wants an account there. */
export interface SimulatedPlace {
  readonly baseUrl: string;
  /** The contract that holds there (`RunningSimulation`). */
  readonly contract: Fields;
  readonly caFile?: string;
}

/** What an account is told of the provider's contract, by the words of its configuration. */
const FROM_CONTRACT: Readonly<Record<SimulatedProvider, (contract: Fields) => Fields>> = {
  etelecom: ({ username, password, routeRule }) => ({
    username,
    password,
    ...(routeRule === "string" ? { routeRuleForm: "string" } : {}),
  }),
  webcom: ({ login, password, timeZone, envelope }) => ({
    login,
    password,
    sender: "Hermod",
    timeZone,
    envelope,
  }),
  ultroam: ({ username, password }) => ({ username, password }),
  bitel: ({ token, apiVersion = "v1" }) => ({ token, apiVersion }),
};

/** The fields of an account at a simulator, as they stand in hermod.yaml. */
export function simulatedAccount(
  provider: SimulatedProvider,
  { baseUrl, contract, caFile }: SimulatedPlace,
): Fields {
  return {
    provider,
    baseUrl,
    ...(caFile === undefined ? {} : { caFile }),
    ...FROM_CONTRACT[provider](contract),
  };
}
