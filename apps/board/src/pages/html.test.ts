import { expect, test } from "vitest";
import { html } from "./html.ts";

test("what is put into a page cannot become a part of it", () => {
  const hostile = `<script>alert("x")</script>&'`;
  expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;</p>',
  );
});

test("pieces are put together as they are, and what is absent leaves nothing", () => {
  const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}${undefined}</ul>${html`<hr>`}`.text).toBe(
    "<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>",
  );
});
