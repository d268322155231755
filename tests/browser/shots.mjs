// Pictures of every kind of page of a project, wide and narrow, light and dark, to be looked at by a person:
//   node shots.mjs PROGRAM PROJECT FOLDER [REVIEWER]

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browse, serve } from "./browser.mjs";

const [program, project, folder, reviewer = "ms"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await serve(program, project, reviewer);
try {
  await browse(async (browser) => {
    const page = await browser.newPage();
    await page.goto(server.address);
    await page.waitForURL((url) => url.pathname === "/");
    const origin = new URL(page.url()).origin;
    // What a project has not (a number above none, a disagreement) has no picture.
    const first = async (path, selector) => {
      await page.goto(origin + path);
      const link = page.locator(selector).first();
      return await link.count() ? link.getAttribute("href") : null;
    };
    const report = await first("/reports", "tbody a");
    const pages = {
      queue: "/", narrowed: "/?f.order=report&f.reason=nowhere", item: "/next", report, blind: `${report}&blind=1`, reports: "/reports",
      "no-reports": "/reports?q=nowhere", map: "/map", number: await first("/map", "td.number a:not([aria-label^='0 '])"),
      "number-none": await first("/map", "td.number a[aria-label^='0 ']"), open: await first("/map", "td.number a[aria-label*=' open ']"),
      search: "/search?q=parents+reading", "search-start": "/search", "search-none": "/search?q=xylophones", "search-fault": "/search?q=%22open",
      agreement: "/agreement", adjudicate: await first("/agreement", "tbody a[href^='/item']"), status: "/progress", help: "/help",
      "not-here": "/nowhere", "no-report": "/report?report=nowhere",
    };
    for (const [look, width, scheme] of [["wide", 1280, "light"], ["wide-dark", 1280, "dark"], ["narrow", 400, "light"], ["narrow-dark", 400, "dark"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      for (const [name, path] of Object.entries(pages).filter(([, path]) => path)) {
        await page.goto(origin + path);
        await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
      }
    }
  });
} finally {
  await server.end();
}
