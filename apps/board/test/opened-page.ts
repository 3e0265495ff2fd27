import type { Browser, Page } from "@hermod/testing/browser";
import { PASSWORD, USER } from "./started-board.ts";

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** How a page is looked at. */
export const VIEWS = {
  light: { ...DESKTOP, colorScheme: "light" },
  dark: { ...DESKTOP, colorScheme: "dark" },
  phone: { ...PHONE, colorScheme: "light" },
} as const;

/** Who looks at which board, and with what. */
export interface Look {
  readonly view?: keyof typeof VIEWS;
  readonly javaScriptEnabled?: boolean;
  readonly credentials?: { readonly username: string; readonly password: string } | null;
  readonly baseURL: string;
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** What the browser refused, could not load or found wrong. */
  readonly complaints: string[];
  /** Hosts that it wanted to ask. */
  readonly hosts: Set<string>;
}

/** A page of its own in a browser that knows the password. */
export async function openPage(browser: Browser, look: Look): Promise<OpenedPage> {
  const {
    view = "light",
    javaScriptEnabled = true,
    credentials = { username: USER, password: PASSWORD },
  } = look;
  const context = await browser.newContext({
    ...VIEWS[view],
    javaScriptEnabled,
    baseURL: look.baseURL,
    ...(credentials === null ? {} : { httpCredentials: credentials }),
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  return { page, complaints, hosts, [Symbol.asyncDispose]: () => context.close() };
}
