import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { textAnswer, writeAnswer } from "./answer.ts";
import { type Controls, control, faultLever } from "./control.ts";
import { openExchange, type Provider, type SetFault } from "./exchange.ts";
import { type ChooseFault, COMMON_FAULTS, type Fault } from "./faults.ts";
import { type AcceptedMessage, type GroundTruth, summaryOf } from "./ground-truth.ts";
import { bound } from "./lever.ts";

/** What every provider's simulator can be told at its start. */
export interface ServerOptions {
  /** 127.0.0.1 when absent. */
  readonly host?: string;
  /** Any free one when absent. */
  readonly port?: number;
  /** Serves HTTPS with this key and certificate, both as PEM; plain HTTP when absent. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Epoch ms; the time of day when absent. Timelines follow it; the delays of faults pass in real time. */
  readonly now?: () => number;
  /** Asked for every request that no set fault meets. */
  readonly fault?: ChooseFault;
  /** Faults that can be set over HTTP by their names, beside those that any provider can have. */
  readonly namedFaults?: Readonly<Record<string, Fault>>;
  /** What can be looked at and changed over HTTP, beside the log and the faults. */
  readonly controls?: Controls;
}

/** A provider that runs. Disposing it ends every connection; its log stays. */
export interface Simulator<Accepted extends AcceptedMessage> extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly log: GroundTruth<Accepted>;
  readonly setFault: SetFault;
}

/** Serves a provider over HTTP, with its faults and its log, and the control endpoints beside it. */
export async function serve<Accepted extends AcceptedMessage>(
  provider: Provider<Accepted>,
  { host = "127.0.0.1", port = 0, tls, now = Date.now, fault, namedFaults, controls }: ServerOptions,
): Promise<Simulator<Accepted>> {
  const stop = new AbortController();
  const { requests, setFault, handle } = openExchange(provider, fault, now, stop.signal);
  const log: GroundTruth<Accepted> = { accepted: provider.accepted, requests };
  const allControls: Controls = {
    views: { log: () => log, summary: () => summaryOf(log), ...controls?.views },
    levers: {
      fault: bound(faultLever({ ...COMMON_FAULTS, ...namedFaults }), () => setFault),
      ...controls?.levers,
    },
  };
  const listener: RequestListener = (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const operation = provider.operation(path);
    if (operation !== undefined) {
      handle(request, response, path, operation).catch((error: unknown) => {
        // What closing cut short is no failure; anything else is a bug here or in a given function, and loud.
        if (!stop.signal.aborted) throw error;
      });
    } else if (/^\/_sim(\/|$)/.test(path)) void control(request, response, path, allControls);
    else writeAnswer(response, textAnswer(404, "Not Found"));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(port, host);
  await once(server, "listening");

  let closed: Promise<unknown> | undefined;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host}:${(server.address() as AddressInfo).port}`,
    log,
    setFault,
    async [Symbol.asyncDispose]() {
      stop.abort();
      closed ??= once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}
