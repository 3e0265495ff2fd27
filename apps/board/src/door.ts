import { createHash, timingSafeEqual } from "node:crypto";
import basicAuth from "@fastify/basic-auth";
import type { Logger } from "@hermod/service/log";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Access } from "./config.ts";
import { StatusError } from "./status-error.ts";

/** What one address may ask in a minute: a page of the board with its files is about thirty. */
const REQUESTS_PER_MINUTE = 600;

/** Wrong passwords from one address; whoever guesses more must wait for a minute, also if the next one is right. */
const GUESSES_PER_MINUTE = 10;

/**
 * Lets in whoever knows user and password, for every address below `app` that is not `open`. Nothing is looked up and
 * no body is read before.
 */
export async function keepDoor(
  app: FastifyInstance,
  access: Access,
  open: ReadonlySet<string>,
  log: Logger,
): Promise<void> {
  const requests = new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: 60 });
  const guesses = new RateLimiterMemory({ points: GUESSES_PER_MINUTE, duration: 60 });
  const isRight = comparer(access);

  await app.register(basicAuth, {
    authenticate: { realm: "Hermod" },
    async validate(user, password, { ip }) {
      if (isRight(user, password)) return;
      log.warn({ address: ip }, "wrong user name or password");
      await guesses.penalty(ip);
      throw new StatusError(401, "The user name or the password is wrong.");
    },
  });

  app.addHook("onRequest", async (request, reply) => {
    if (open.has(request.routeOptions.url ?? "")) return;
    const allowed = await requests.consume(request.ip).then(
      () => true,
      () => false,
    );
    const guessed = await guesses.get(request.ip);
    if (!allowed || (guessed !== null && guessed.consumedPoints >= GUESSES_PER_MINUTE)) {
      reply.header("retry-after", "60");
      throw new StatusError(429, "Too many requests: wait for a minute.");
    }
    await admitted(app, request, reply);
  });
}

async function admitted(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  app.basicAuth(request, reply, (error) => (error === undefined ? resolve() : reject(error)));
  await promise;
}

/** Compares both words in a time that tells nothing of how much of them was right, not even their lengths. */
function comparer({ user, password }: Access): (user: string, password: string) => boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const [rightUser, rightPassword] = [digest(user), digest(password)];
  return (givenUser, givenPassword) => {
    const userIsRight = timingSafeEqual(digest(givenUser), rightUser);
    const passwordIsRight = timingSafeEqual(digest(givenPassword), rightPassword);
    return userIsRight && passwordIsRight;
  };
}
