import { type AppProcess, startApp } from "@hermod/testing/app-process";

export const USER = "operator";
export const PASSWORD = "correct horse: battery";

/** A board that serves, and how to ask it. */
export interface BoardProcess extends AppProcess {
  readonly url: string;
  /** Asks as somebody who knows the password. */
  ask(path: string, request?: RequestInit): Promise<Response>;
}

/** A board on a port of its own. */
export async function startBoard(env: Readonly<Record<string, string>>): Promise<BoardProcess> {
  const access = { PORT: "0", BOARD_USER: USER, BOARD_PASSWORD: PASSWORD };
  const started = await startApp("board", { env: { ...access, ...env } });
  const serving = started.lines.find((line) => line.includes('"msg":"serving"')) ?? "{}";
  const { port } = JSON.parse(serving) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    ...started,
    url,
    ask: (path, request = {}) =>
      fetch(url + path, {
        redirect: "manual",
        ...request,
        headers: { authorization: authorization(), ...request.headers },
      }),
  };
}

export function authorization(user = USER, password = PASSWORD): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
