import { z } from "zod";
import { type ChooseFault, type Fault, faultMix } from "./faults.ts";
import { OPERATIONS } from "./request.ts";

type NamedFaults = Readonly<Record<string, Fault>>;

/** A fault that a share of an operation's requests meets. */
const FaultShare = z.strictObject({
  operation: z.enum(OPERATIONS),
  fault: z.string(),
  share: z.number().positive().max(1),
});
type FaultShare = z.infer<typeof FaultShare>;

/** Reads shares of these faults. */
export function faultShares(faults: NamedFaults): z.ZodType<FaultShare[]> {
  return z.array(
    FaultShare.refine(({ fault }) => Object.hasOwn(faults, fault), {
      path: ["fault"],
      error: ({ input }) => `there is no fault ${(input as FaultShare).fault}`,
    }),
  );
}

/** Chooses by these shares, the same requests for the same seed. */
export function chooseByShare(seed: number, shares: readonly FaultShare[], faults: NamedFaults): ChooseFault {
  const mixes = OPERATIONS.map((operation) => {
    const wanted = shares.filter((share) => share.operation === operation);
    const choices = wanted.flatMap(({ fault, share }) => {
      const value = faults[fault];
      return value === undefined ? [] : [{ share, value }];
    });
    return faultMix(seed, operation, choices);
  });
  return (request) => mixes.map((choose) => choose(request)).find((fault) => fault !== undefined);
}
