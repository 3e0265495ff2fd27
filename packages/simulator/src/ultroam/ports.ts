/** The states of docs/providers/ultroam.md §7. */
export const REGISTRATIONS = [
  "POWER_OFF",
  "NO_SIM",
  "PIN_REQUIRE",
  "PUK_REQUIRE",
  "UNREGISTER",
  "SEARCHING_NETWORK",
  "REGISTER_OK",
  "UNKNOWN",
] as const;
export type Registration = (typeof REGISTRATIONS)[number];

/** The ports of the box; each stands in the network until it is told otherwise. */
export interface Ports {
  /** The ports of these, or of all, that messages may go out by. */
  available(allowed: readonly number[] | undefined): readonly number[];
  setRegistration(port: number, registration: Registration): void;
  /** What get_port_info says of these ports, or of all, as far as it is asked for. */
  info(ports: readonly number[] | undefined, fields: readonly string[]): readonly object[];
}

export function openPorts(count: number): Ports {
  const registrations: Registration[] = Array.from({ length: count }, () => "REGISTER_OK");
  const all = [...registrations.keys()];
  const chosen = (wish: readonly number[] | undefined) => all.filter((port) => wish?.includes(port) ?? true);
  return {
    available: (allowed) => chosen(allowed).filter((port) => registrations[port] === "REGISTER_OK"),
    setRegistration(port, registration) {
      registrations[port] = registration;
    },
    info: (wish, fields) =>
      chosen(wish).map((port) => {
        const about = Object.entries(facts(port, registrations[port] ?? "UNKNOWN"));
        return { port, ...Object.fromEntries(about.filter(([name]) => fields.includes(name))) };
      }),
  };
}

/** The SIM card of a port. The one of port 0 is that of the document's examples. */
export function imsiOf(port: number): string {
  return String(460_004_642_148_063 + port);
}

/** The values are ours, the names those of the document. */
function facts(port: number, reg: Registration) {
  const hasSim = reg !== "NO_SIM" && reg !== "POWER_OFF";
  return {
    type: "GSM",
    imei: String(863_070_010_000_000 + port),
    imsi: hasSim ? imsiOf(port) : "",
    iccid: hasSim ? `8986000000000000${String(port).padStart(4, "0")}` : "",
    number: "",
    reg,
    slot: 0,
    callstate: "IDLE",
    signal: reg === "REGISTER_OK" ? 24 : 0,
    gprs: "detached",
    remain_credit: -1,
    remain_monthly_credit: -1,
    remain_daily_credit: -1,
  };
}
