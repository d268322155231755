// Drives the review page in Chromium as a person would, with keys and clicks, and reads what is on it:
//   node run.mjs [PROGRAM]
// Prints a line for each test and the times that were measured; the last line counts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { browse, serve } from "./browser.mjs";
import { withProject } from "./project.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const program = process.argv[2] ?? join(here, "../../target/debug/codeframe");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const ledger = (folder) => {
  try { return readFileSync(join(folder, "corpus/ledger.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line)); } catch { return []; }
};
const text = (page, selector) => page.locator(selector).first().innerText();
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

/** Opens the page at its printed address. */
async function enter(page, server) {
  await page.goto(server.address);
  await page.waitForURL((url) => url.pathname === "/");
}

/** What is on the page now, to see when it has become another. */
const state = (page) => page.evaluate(() => location.href + document.querySelector("#last p")?.textContent);
const press = async (page, key) => {
  const before = await state(page);
  await page.keyboard.press(key);
  await page.waitForFunction((was) => location.href + document.querySelector("#last p")?.textContent !== was, before);
};

const tests = {
  async "the queue opens within a second on 1,000 reports"({ page, started }) {
    const times = [];
    for (let n = 0; n < 5; n++) {
      await page.goto(new URL("/", page.url()).href);
      times.push(await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd));
    }
    const left = (await text(page, ".big")).replace(/\D/g, "");
    assert.ok(Number(left) >= 10_000, `${left} items are queued`);
    // A build without optimisation on a busy machine is allowed more than the second that is promised.
    assert.ok(median(times) < (/debug/.test(program) ? 5000 : 1000), `${times}`);
    return `${median(times).toFixed(0)} ms to load at the median with ${left} items, ${started.toFixed(0)} ms from the command to its address`;
  },

  async "200 items by the keyboard alone"({ page, folder }) {
    await page.keyboard.press("n");
    await page.waitForURL(/\/item/);
    const keys = ["a", "d", "u", "a", "d"];
    const answers = { a: "applies", d: "does_not_apply", u: "unsure" };
    const expected = [];
    const [times, acknowledged] = [[], []];
    page.on("requestfinished", (request) => {
      if (request.method() !== "POST") return;
      const { requestStart, responseStart } = request.timing();
      acknowledged.push(responseStart - requestStart);
    });
    for (let n = 0; n < 200; n++) {
      const key = keys[n % keys.length];
      const at = new URL(page.url()).searchParams;
      expected.push(`${at.get("report")} ${at.get("code")} ${answers[key]}`);
      const start = performance.now();
      await press(page, key);
      times.push(performance.now() - start);
    }
    const recorded = ledger(folder).map((v) => `${v.report} ${v.question}/${v.code} ${v.verdict}`);
    assert.deepEqual(recorded, expected);
    assert.ok(ledger(folder).every((v) => v.reviewer === "ms" && v.answered && v.route === "queue"));
    await page.goto(new URL("/", page.url()).href);
    assert.match(await text(page, ".progress-card"), /200 by you since this page was started/);
    page.removeAllListeners("requestfinished");
    assert.equal(acknowledged.length, 200);
    // A build without optimisation on a busy machine is allowed more than the 30 ms that are promised.
    assert.ok(median(acknowledged) < (/debug/.test(program) ? 150 : 30), `${median(acknowledged)} ms`);
    return `acknowledged in ${median(acknowledged).toFixed(1)} ms, the next item shown in ${median(times).toFixed(0)} ms at the median`;
  },

  async "undo, skip, next and back"({ page, folder }) {
    await page.keyboard.press("n");
    await page.waitForURL(/\/item/);
    const [first, n] = [page.url(), ledger(folder).length];
    await press(page, "a");
    assert.match(await text(page, "#last"), /Recorded: .*applies/);
    await press(page, "z");
    assert.equal(page.url(), first);
    assert.deepEqual(ledger(folder).slice(n).map((v) => [v.verdict, v.note]), [["applies", ""], ["unsure", "undone"]]);
    await press(page, "j");
    assert.notEqual(page.url(), first);
    await press(page, "k");
    assert.equal(page.url(), first);
    await press(page, "s");
    assert.notEqual(page.url(), first);
    assert.equal(ledger(folder).length, n + 2);
    await page.keyboard.press("?");
    await page.waitForURL(/\/help/);
  },

  async "a passage is marked by selecting its words"({ page, folder }) {
    await page.goto(new URL("/item?report=R00003&code=who/governor", page.url()).href);
    const passage = page.locator(".document .p", { hasText: "café" }).first();
    await passage.scrollIntoViewIfNeeded();
    // From the word on, which comes after letters of more than one byte, to the end.
    const [from, to] = await passage.evaluate((element) => {
      const words = document.createRange();
      const last = [...element.childNodes].at(-1);
      const node = last.nodeType === 3 ? last : last.firstChild;
      const at = node.data.indexOf("mornings");
      words.setStart(node, at);
      words.setEnd(node, at + "mornings grew".length);
      const rects = [...words.getClientRects()];
      const [a, b] = [rects[0], rects.at(-1)];
      return [{ x: a.left, y: a.top + a.height / 2 }, { x: b.right, y: b.top + b.height / 2 }];
    });
    await page.mouse.move(from.x + 1, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 5 });
    await page.mouse.up();
    assert.match(await text(page, "#marked"), /mornings grew/);
    await page.locator("textarea").fill("a d u: what is typed is no key");
    await page.locator("button", { hasText: "Applies" }).click();
    await page.waitForFunction(() => document.querySelector("#last"));
    const last = ledger(folder).at(-1);
    assert.deepEqual([last.passages.map((p) => p.quote), last.note, last.route], [["mornings grew"], "a d u: what is typed is no key", "queue"]);
    await page.goto(new URL("/report?report=R00003", page.url()).href);
    assert.match(await text(page, "#codes"), /Governors applies/);
  },

  async "a passage is marked and a note written by the keyboard alone"({ page, folder }) {
    await page.goto(new URL("/item?report=R00004&code=who/governor", page.url()).href);
    assert.equal(await page.locator(".tick:visible").count(), 0);
    await page.keyboard.press("m");
    assert.ok(await page.locator(".tick:visible").count() > 5);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("m");
    assert.equal(await page.locator(".tick:visible").count(), 1, "what is ticked stays in sight");
    await page.keyboard.press("e");
    await page.keyboard.type("made by keys");
    await page.keyboard.press("Escape");
    await press(page, "a");
    const last = ledger(folder).at(-1);
    assert.deepEqual([last.verdict, last.passages.length, last.note], ["applies", 1, "made by keys"]);
  },

  async "filters narrow the queue"({ page }) {
    await page.goto(new URL("/", page.url()).href);
    await page.locator("select[name='f.question']").selectOption("size");
    await page.waitForURL(/f\.question=size/);
    const shown = await page.locator("tbody .under").allInnerTexts();
    assert.ok(shown.length > 0 && shown.every((words) => words === "How many schools" || words === "no probability"));
    await page.locator("select[name='f.m.cohort']").selectOption("2");
    await page.waitForURL(/f\.m\.cohort=2/);
    await page.keyboard.press("n");
    await page.waitForURL(/\/item.*f\.m\.cohort=2/);
    assert.match(await text(page, ".metadata"), /cohort 2/);
  },

  async "what a report says stays text"({ page }) {
    await page.goto(new URL("/report?report=R00001", page.url()).href);
    assert.match(await text(page, ".document"), /A <b>tag<\/b> & an ampersand stayed\./);
    assert.equal(await page.locator(".of-report tr").count(), 3);
  },

  async "a number opens into its reports and passages"({ page }) {
    await page.goto(new URL("/map", page.url()).href);
    const row = page.locator("tr", { hasText: "Governors" });
    assert.ok(Number(await row.locator("td.number a").first().innerText()) > 0);
    await row.locator("td.number a").first().click();
    assert.match(await text(page, "main"), /R00003[\s\S]*mornings grew/);
  },

  async "a search finds quotable passages"({ page }) {
    await page.keyboard.press("/");
    await page.waitForURL(/\/search/);
    await page.keyboard.press("/");
    await page.keyboard.type("deputy head");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=deputy/);
    assert.match(await text(page, "blockquote"), /The deputy head, with two parents/);
  },

  async "a report is coded from scratch"({ page, folder }) {
    await page.goto(new URL("/report?report=R00010&blind=1", page.url()).href);
    assert.equal(await page.locator(".document mark").count(), 0);
    await page.getByLabel("Pupils").check();
    await page.locator("#who button").click();
    await page.waitForFunction(() => document.querySelector("#who .chip"));
    const recorded = ledger(folder).slice(-3);
    assert.deepEqual(recorded.map((v) => [v.code, v.verdict, v.answered]),
      [["parent", "does_not_apply", null], ["pupil", "applies", null], ["governor", "does_not_apply", null]]);
  },

  async "two people disagree and a third settles it"({ browser, page, folder }) {
    const at = "/item?report=R00020&code=who/governor";
    await page.goto(new URL(at, page.url()).href);
    await press(page, "a");
    const other = await serve(program, folder, "jk");
    const third = await serve(program, folder, "al");
    try {
      const second = await browser.newPage();
      await enter(second, other);
      await second.goto(new URL(at, second.url()).href);
      assert.match(await text(second, ".panel"), /1 other person has answered/);
      await press(second, "d");
      await enter(second, third);
      await second.goto(new URL("/agreement", second.url()).href);
      assert.match(await text(second, "main"), /1 await a third verdict/);
      await second.locator("tbody a").first().click();
      assert.match(await text(second, ".panel"), /People disagree here[\s\S]*jk does not apply[\s\S]*ms applies/);
      await press(second, "a");
      await second.waitForURL(/\/agreement/);
      assert.match(await text(second, "main"), /0 await a third verdict/);
      await second.close();
    } finally {
      await other.end();
      await third.end();
    }
  },

  async "two people code the same blind, each their own list"({ browser, folder }) {
    execFileSync(program, ["review", "--assign", "ab,cd", "--overlap", "1", "--blind", "--project", folder], { stdio: "ignore" });
    const [one, two] = [await serve(program, folder, "ab"), await serve(program, folder, "cd")];
    const [first, second] = [await browser.newPage(), await browser.newPage()];
    try {
      await enter(first, one);
      await enter(second, two);
      const left = async (page) => Number((await text(page, ".big")).replace(/\D/g, ""));
      const n = await left(first);
      assert.ok(n > 1000 && await left(second) === n, `${n}`);
      assert.match(await text(first, ".list"), /given to you[\s\S]*blind/);
      const asked = [];
      for (const page of [first, second]) {
        await page.keyboard.press("n");
        await page.waitForURL(/\/item/);
        asked.push(new URL(page.url()).search);
        assert.match(await text(page, ".panel"), /nothing of the machine is shown/);
        assert.equal(await page.locator("mark, .why, .evidence, .siblings").count(), 0);
        const before = ledger(folder).length;
        await press(page, page === first ? "a" : "d");
        assert.equal(ledger(folder).length, before + 1);
        assert.equal(ledger(folder).at(-1).answered, null);
        assert.match(await text(page, ".crumbs"), new RegExp(`^Queue\\s*${(n - 1).toLocaleString("en").replace(",", "\\s")} left`));
      }
      assert.equal(asked[0], asked[1], "what the first has answered remains for the second");
    } finally {
      await one.end();
      await two.end();
      await first.close();
      await second.close();
      rmSync(join(folder, "corpus/review/assignment.jsonl"));
    }
  },

  async "all essentials work without JavaScript"({ browser, page, folder }) {
    const n = ledger(folder).length;
    const plain = await browser.browser()?.newContext({ javaScriptEnabled: false }) ?? null;
    const context = plain ?? browser;
    const bare = await context.newPage();
    if (!plain) await bare.route("**/page.js", (route) => route.abort());
    const server = await serve(program, folder, "bare");
    try {
      await enter(bare, server);
      await bare.locator("text=Start reviewing").click();
      const first = bare.url();
      await bare.locator(".tick").nth(2).check();
      await bare.locator("button", { hasText: "Does not apply" }).click();
      await bare.waitForURL((url) => url.href !== first);
      const recorded = ledger(folder).slice(n);
      assert.deepEqual([recorded.length, recorded[0].verdict, recorded[0].passages.length], [1, "does_not_apply", 1]);
      await bare.locator("button", { hasText: "Undo" }).click();
      await bare.waitForURL(first);
      assert.equal(ledger(folder).at(-1).note, "undone");
      await bare.close();
      await plain?.close();
    } finally {
      await server.end();
    }
    await page.bringToFront();
  },

  async "axe finds nothing, in light, dark and narrow"({ page }) {
    const origin = new URL(page.url()).origin;
    const paths = ["/", "/item?report=R00003&code=who/governor", "/item?report=R00100&code=who/parent", "/report?report=R00003",
      "/report?report=R00030&blind=1", "/reports", "/map", "/number?code=who/governor", "/search?q=parents", "/agreement", "/progress", "/help", "/nowhere"];
    const found = [];
    for (const [look, width, scheme] of [["light", 1280, "light"], ["dark", 1280, "dark"], ["narrow", 400, "light"], ["narrow dark", 400, "dark"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      for (const path of paths) {
        await page.goto(origin + path);
        // Through the protocol, which the page's content policy does not bind.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        found.push(...violations.map((v) => `${look} ${path}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html).join(" | ")}`));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) found.push(`${look} ${path}: ${overflow} px wider than the window`);
      }
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    assert.deepEqual(found, []);
    return `${paths.length} pages in 4 looks`;
  },

  async "a page of another site reaches nothing"({ page, folder }) {
    const n = ledger(folder).length;
    const target = new URL("/verdict", page.url()).href;
    await page.goto("data:text/html,<title>other</title>");
    const [read, sent] = await page.evaluate(async (target) => {
      const read = await fetch(target.replace("verdict", ""), { credentials: "include" }).then((a) => a.text(), () => "refused");
      const sent = await fetch(target, { method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({ report: "R00001" }) }).then(() => "sent", () => "refused");
      return [read, sent];
    }, target);
    assert.equal(read, "refused", sent);
    assert.equal(ledger(folder).length, n);
  },
};

let [passed, failed] = [0, 0];
await withProject(program, 1000, async (folder) => {
  const start = performance.now();
  const server = await serve(program, folder, "ms");
  const started = performance.now() - start;
  try {
    await browse(async (browser) => {
      const page = await browser.newPage();
      const faults = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("request", (request) => { if (!/^(http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) faults.push(`asked for ${request.url()}`); });
      await enter(page, server);
      const origin = new URL(page.url()).origin;
      for (const [name, test] of Object.entries(tests)) {
        try {
          await page.goto(origin);
          const measured = await test({ browser, page, folder, started });
          assert.deepEqual(faults.splice(0), []);
          console.log(`ok      ${name}${measured ? `: ${measured}` : ""}`);
          passed++;
        } catch (error) {
          console.log(`FAILED  ${name}\n${error.stack}\n  at ${page.url()}`);
          failed++;
        }
      }
    });
  } finally {
    await server.end();
  }
});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
