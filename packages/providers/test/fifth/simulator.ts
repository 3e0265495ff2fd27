import { jsonAnswer } from "@hermod/simulator/answer";
import { type ServerOptions, serve } from "@hermod/simulator/server";
import { type Step, stepAt } from "@hermod/simulator/timeline";

interface Accepted {
  readonly id: string;
  readonly at: number;
  readonly finalStatus: string;
}

type Options = ServerOptions & {
  readonly key: string;
  readonly credit: number;
  readonly steps: readonly Step[];
};

/** Pigeon Post as its document describes it; every message goes the same way. */
export function startPigeon({ key, credit, steps, ...options }: Options) {
  const now = options.now ?? Date.now;
  const accepted: Accepted[] = [];
  const known = (ids: unknown) => accepted.filter(({ id }) => Array.isArray(ids) && ids.includes(id));
  const refused = (status: number, error: string) => ({ answer: jsonAnswer({ error }, status) });
  return serve<Accepted>(
    {
      accepted,
      operation: (path) => ({ "/messages": "send" as const, "/status": "status" as const })[path],
      work({ operation, headers, fields: { to, text, ids }, at }) {
        if (headers["x-key"] !== key) return refused(401, "key");
        if (operation === "status") {
          const messages = known(ids).map((message) => ({
            id: message.id,
            state: stepAt(steps, now() - message.at)?.status ?? "queued",
            parts: 1,
          }));
          return { answer: jsonAnswer({ messages }) };
        }
        if (accepted.length >= credit) return refused(402, "credit");
        if (typeof to !== "string" || !/^\d{7,15}$/.test(to)) return refused(422, "number");
        if (typeof text !== "string" || text.length > 670) return refused(422, "text");
        const id = `p-${accepted.length.toString(16).padStart(8, "0")}`;
        accepted.push({ id, at, finalStatus: steps.at(-1)?.status ?? "queued" });
        return { answer: jsonAnswer({ id, parts: 1 }, 202), acceptedIds: [id] };
      },
    },
    options,
  );
}
