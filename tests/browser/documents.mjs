// The documents that the program writes as HTML, in Chromium: axe looks for what bars somebody from reading them, in light and
// dark, wide and narrow, and nothing may be wider than the window.
//   node documents.mjs PROGRAM                     of a project made for this
//   node documents.mjs PROGRAM PROJECT FOLDER      of a project that has been run; with a picture of each into FOLDER

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { browse } from "./browser.mjs";
import { withProject } from "./project.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const looks = [["light", 1280, "light"], ["dark", 1280, "dark"], ["narrow", 400, "light"], ["narrow-dark", 400, "dark"]];

/** The commands whose HTML is looked at, by the name of its picture. */
const commands = (by, code, words) => ({
  report: ["report"],
  map: ["map"],
  by: ["map", "--by", by],
  together: ["map", "--cooccurrence"],
  compared: ["map", "--compare", "sample"],
  search: ["search", words],
  code: ["search", "--code", code, "--sort", "typical"],
});

/** Writes a document; what it lacks is told by exit code 1. */
function write(program, project, words, output) {
  try {
    execFileSync(program, [...words, "--quiet", "--project", project, "--format", "html", "--output", output]);
  } catch (error) {
    if (error.status !== 1) throw error;
  }
}

async function look(program, project, of, pictures) {
  const folder = pictures ?? mkdtempSync(join(tmpdir(), "codeframe-documents-"));
  const found = [];
  try {
    await browse(async (browser) => {
      const page = await browser.newPage();
      page.on("request", (request) => { if (!request.url().startsWith("file:")) found.push(`asked for ${request.url()}`); });
      for (const [name, words] of Object.entries(of)) {
        const path = join(folder, `${name}.html`);
        write(program, project, words, path);
        for (const [kind, width, colorScheme] of looks) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          await page.goto(pathToFileURL(path).href);
          await page.evaluate(axe);
          const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
          assert.ok(passes.length > 10, "axe has looked");
          found.push(...violations.map((v) => `${kind} ${name}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html).join(" | ")}`));
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (overflow > 0) found.push(`${kind} ${name}: ${overflow} px wider than the window`);
          if (pictures) await page.screenshot({ path: join(folder, `${name}-${kind}.png`), fullPage: name !== "report" });
        }
      }
    });
  } finally {
    if (!pictures) rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

const [program, project, pictures] = process.argv.slice(2);
let found;
if (project) {
  mkdirSync(pictures, { recursive: true });
  found = await look(program, project, commands("phase", "stakeholders/parent", "parents"), pictures);
} else {
  await withProject(program, 40, async (folder) => {
    appendFileSync(join(folder, "config.toml"), '[[sample.stage]]\nwhere = "cohort = 1"\nwhy = "The first came before."\n');
    execFileSync(program, ["sample", "--quiet", "--project", folder]);
    found = await look(program, folder, commands("cohort", "who/parent", "parents"));
  });
}
found.forEach((fault) => console.log(fault));
console.log(found.length ? `FAILED  documents: ${found.length} faults` : "ok      axe finds nothing in the documents, in 4 looks");
process.exit(found.length ? 1 : 0);
