// Pictures of every page of a project, wide and narrow, light and dark, to be looked at by a person:
//   node shots.mjs PROGRAM PROJECT FOLDER

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browse, serve } from "./browser.mjs";

const [program, project, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await serve(program, project, "ms");
try {
  await browse(async (browser) => {
    const page = await browser.newPage();
    await page.goto(server.address);
    await page.waitForURL((url) => url.pathname === "/");
    await page.goto(new URL("/reports", page.url()).href);
    const report = await page.locator("tbody a").first().getAttribute("href");
    await page.goto(new URL("/map", page.url()).href);
    const number = await page.locator("td.number a").first().getAttribute("href");
    const pages = { queue: "/", item: "/next", report, blind: `${report}&blind=1`, reports: "/reports", map: "/map", number,
      search: "/search?q=parents+reading", agreement: "/agreement", help: "/help" };
    const origin = new URL(page.url()).origin;
    for (const [look, width, scheme] of [["wide", 1280, "light"], ["dark", 1280, "dark"], ["narrow", 400, "light"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(origin + path);
        await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
      }
    }
  });
} finally {
  await server.end();
}
