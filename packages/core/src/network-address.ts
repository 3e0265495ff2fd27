import { z } from "zod";

/** An IP address, or a network in CIDR form. */
export const NetworkAddress = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: "must be an IP address or a network, for example 203.0.113.0/24",
});
