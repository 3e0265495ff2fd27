import type { MessageInput } from "@hermod/client";
import type { ChoosePlan } from "@hermod/simulator/etelecom/plan";
import { delivered, failed, neverReported } from "@hermod/simulator/etelecom/plan";
import { accessibilityProblems, type Browser, openBrowser, screenshot } from "@hermod/testing/browser";
import { waitUntil } from "@hermod/testing/wait";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { type Installation, startInstallation } from "./installation.ts";
import { type Look, type OpenedPage, openPage, VIEWS } from "./opened-page.ts";
import { startBoard } from "./started-board.ts";

const stack = new AsyncDisposableStack();
let installation: Installation;
let browser: Browser | undefined;
let ids: { delivered: string; held: string; later: string; numbered: string };

/** Most arrive soon, some fail, and some are not reported. */
const plan: ChoosePlan = (_message, random) => {
  const kind = random();
  if (kind < 0.8) return delivered(300 + 5000 * random() ** 3);
  return kind < 0.92 ? failed(500 + 2000 * random(), "23") : neverReported();
};

beforeAll(async () => {
  browser = await openBrowser(console.log).catch((error: Error) => {
    console.log(`no Chromium: ${error.message}`);
    return undefined;
  });
  if (browser === undefined) return;
  stack.use(browser);
  installation = stack.use(await startInstallation({ plan }));
  ids = await handOver();
}, 300_000);
afterAll(() => stack.disposeAsync());

function messages(account: string, count: number, more: Partial<MessageInput> = {}): MessageInput[] {
  return Array.from({ length: count }, (_, n) => ({
    account,
    to: "+84836106872",
    content: { template: "OTP", params: { otp: `${100_000 + n}` } },
    ...more,
  }));
}

/** Sends messages to all accounts and waits until there is something of everything to be seen. */
async function handOver() {
  const { hermod } = installation;
  const given = await hermod.sendMany([
    ...messages("etelecom-main", 160),
    ...messages("etelecom-night", 60),
    ...messages("etelecom-locked", 3),
    ...messages("etelecom-night", 12, { sendAt: Date.now() + 3_600_000 }),
    ...messages("etelecom-main", 7, { to: "+84836106999" }),
  ]);
  const all = given.map((result) => ("id" in result ? result.id : ""));
  const stateOf = async (id: string) => (await hermod.get(id))?.state;
  const known = await waitUntil(
    "messages of all kinds",
    async () => {
      const held = await stateOf(all[220] ?? "");
      const first = await Promise.all(all.slice(0, 100).map(stateOf));
      const good = first.indexOf("delivered");
      const many = first.filter((state) => state === "delivered").length;
      return held === "held" && many > 60 ? { delivered: all[good] ?? "", held: all[220] ?? "" } : undefined;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  return { ...known, later: all.at(-8) ?? "", numbered: all.at(-1) ?? "" };
}

const open = async ({ skip }: TestContext, look: Partial<Look> = {}): Promise<OpenedPage> => {
  if (browser === undefined) return skip("no Chromium here");
  return await openPage(browser, { baseURL: installation.board.url, ...look });
};

const ownHost = (): string => new URL(installation.board.url).host;

describe("in a browser", { timeout: 60_000 }, () => {
  test("nothing is shown without the password, and everything with it", async (context) => {
    await using stranger = await open(context, { credentials: null });
    const refused = await stranger.page.goto("/messages").catch((error: Error) => error);
    expect(refused instanceof Error ? refused.message : refused?.status()).toSatisfy(
      (answer: string | number) => answer === 401 || /ERR_INVALID_AUTH_CREDENTIALS/.test(String(answer)),
    );
    await using operator = await open(context);
    const shown = await operator.page.goto("/");
    expect(shown?.status()).toBe(200);
    expect(new URL(operator.page.url()).pathname).toBe("/messages");
  });

  test("without JavaScript, an operator finds a message by its id and looks where it stands", async (context) => {
    await using opened = await open(context, { javaScriptEnabled: false });
    const { page, complaints } = opened;
    await page.goto("/messages");
    await page.getByLabel("Message id").fill(` ${ids.delivered} `);
    await page.getByRole("button", { name: "Look up" }).click();
    await page.getByRole("heading", { name: `Message ${ids.delivered}` }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/messages/${ids.delivered}`);
    const text = await page.locator("main").textContent();
    for (const word of [
      "delivered",
      "Accepted",
      "Taken by the provider",
      "Final: delivered",
      "etelecom-main",
    ]) {
      expect(text).toContain(word);
    }
    expect(complaints).toEqual([]);
  });

  test("what is no id is said to be none beside the field, and an unknown id is not found", async (context) => {
    await using opened = await open(context, { javaScriptEnabled: false });
    const { page } = opened;
    await page.goto("/messages");
    await page.getByLabel("Message id").fill(`"><script>alert(1)</script>`);
    await page.getByRole("button", { name: "Look up" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("26 small letters and digits");
    expect(await page.getByLabel("Message id").inputValue()).toBe(`"><script>alert(1)</script>`);
    await page.getByLabel("Message id").fill("0".repeat(26));
    await page.getByRole("button", { name: "Look up" }).click();
    await page.getByRole("heading", { name: "No such message" }).waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("There is no such message");
  });

  test("without JavaScript, an operator finds messages by their number, which stands in no address", async (context) => {
    await using opened = await open(context, { javaScriptEnabled: false });
    const { page, complaints } = opened;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url(), JSON.stringify(request.headers())));
    await page.goto("/messages");
    await page.getByLabel("Number").fill("+84 836 106 999");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByRole("heading", { name: "7 messages to this number" }).waitFor();
    await page.getByRole("link", { name: ids.numbered }).click();
    await page.getByRole("heading", { name: `Message ${ids.numbered}` }).waitFor();
    expect(asked.join("\n")).not.toMatch(/836[^0-9]*106[^0-9]*999/);
    expect(installation.board.lines.join("\n")).not.toContain("836106999");
    await page.getByLabel("Number").fill("0836106872");
    await page.getByRole("button", { name: "Find" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("begins with + and its country code");
    expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([]);
  });

  test("the overview shows each account, its open messages and charts, and leads to what is held", async (context) => {
    await using opened = await open(context, { javaScriptEnabled: false });
    const { page } = opened;
    await page.goto("/messages");
    const locked = page.getByRole("region", { name: "etelecom-locked" });
    expect(await locked.textContent()).toMatch(/Nothing goes through: credentials[\s\S]*3 held/);
    const night = page.getByRole("region", { name: "etelecom-night" });
    expect(await night.textContent()).toMatch(/12 scheduled/);
    const main = await page.getByRole("region", { name: "etelecom-main" }).textContent();
    expect(main).toMatch(
      /Requests per final[\d.]+\s*Awaiting a report\d+\s*Due now\d+.*\s*Intervals(by formula|learned)/,
    );
    const charts = page.getByRole("region", { name: "etelecom-main" }).getByRole("img");
    expect(await charts.nth(0).getAttribute("aria-label")).toMatch(/ % of \d+ final messages were delivered/);
    expect(await charts.nth(1).getAttribute("aria-label")).toMatch(/^Half of \d+ messages were final within/);
    await page.getByRole("link", { name: ids.held }).click();
    await page.getByRole("heading", { name: `Message ${ids.held}` }).waitFor();
    expect(await page.locator("main").textContent()).toMatch(/held[\s\S]*credentials[\s\S]*Not before/);
  });

  test.for(Object.keys(VIEWS) as (keyof typeof VIEWS)[])(
    "no page of ours has a barrier, in the view %s",
    async (view, context) => {
      await using opened = await open(context, { view });
      const { page, complaints, hosts } = opened;
      const pages = {
        overview: "/messages",
        message: `/messages/${ids.delivered}`,
        waiting: `/messages/${ids.later}`,
        complaint: "/messages?id=x",
        nowhere: "/nowhere",
        numbered: "/messages",
      };
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        if (name === "numbered") {
          await page.getByLabel("Number").fill("+84836106999");
          await page.getByRole("button", { name: "Find" }).click();
          await page.getByRole("heading", { name: "7 messages to this number" }).waitFor();
        }
        expect([path, await accessibilityProblems(page)]).toEqual([path, []]);
        // Nothing is cut off at the side, nor has to be scrolled to.
        const width = await page.evaluate("document.documentElement.scrollWidth");
        expect(width).toBeLessThanOrEqual(VIEWS[view].viewport.width);
        const isShown = name === "overview" || (["message", "numbered"].includes(name) && view !== "dark");
        if (isShown) await screenshot(page, `${name}-${view}`);
      }
      expect([...hosts]).toEqual([ownHost()]);
      expect(complaints.filter((text) => !/status of 40[04]/.test(text))).toEqual([]);
    },
  );

  test("the queues work under a policy that knows no foreign host, and lead to their messages", async (context) => {
    await using opened = await open(context);
    const { page, complaints, hosts } = opened;
    await page.goto("/messages");
    await page.getByRole("link", { name: "Queues" }).click();
    await page.getByText("send.etelecom-locked").first().waitFor();
    await page.waitForLoadState("networkidle");
    await screenshot(page, "queues");
    await page.getByRole("link", { name: "send.etelecom-main" }).first().click();
    await page.getByText("jobData").first().waitFor();
    await screenshot(page, "queue");
    await page.getByRole("link", { name: "Message", exact: true }).first().click({ modifiers: [] });
    const message = await waitUntil("the page of a message", () =>
      page
        .context()
        .pages()
        .find((other) => /\/messages\/[0-9a-z]{26}$/.test(other.url())),
    );
    await message.getByRole("heading", { name: "Message" }).waitFor();
    expect([...hosts]).toEqual([ownHost()]);
    expect(complaints).toEqual([]);
  });

  test("a board that may pause does so by a click, shows it on both pages, and resumes", async (context) => {
    await using board = await startBoard({ REDIS_URL: installation.redis.url, BOARD_WRITABLE: "true" });
    await using opened = await open(context, { baseURL: board.url });
    const { page, complaints } = opened;
    const paused = page.getByText("sending paused");
    await page.goto("/queues/queue/send.etelecom-night");
    const choose = async (name: string) => {
      const changed = page.waitForResponse((response) => response.request().method() === "PUT");
      // The first one is of the page, the second of the queue.
      await page.locator("button[aria-haspopup=menu]").nth(1).click();
      await page.getByRole("menuitem", { name, exact: true }).click();
      await page.getByRole("button", { name: "Confirm" }).click();
      expect((await changed).status()).toBe(200);
    };
    await choose("Pause");
    await page.goto("/messages");
    await paused.waitFor();
    await page.goto("/queues/queue/send.etelecom-night");
    await choose("Resume");
    await waitUntil("the overview to be read anew", async () => {
      await page.goto("/messages");
      return (await paused.count()) === 0;
    });
    expect(complaints).toEqual([]);
  });
});
