// Starts the page of a project and a Chromium that looks at it; ends both, whatever happens.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** The system's Chromium. */
function executable() {
  const named = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = named.find((path) => path && existsSync(path));
  if (!found) throw new Error("there is no Chromium; install it, or name it in CHROMIUM");
  return found;
}

/** Runs `codeframe review` on a project; gives its address and a function that ends it. */
export async function serve(program, project, reviewer) {
  const child = spawn(program, ["review", "--project", project, "--reviewer", reviewer], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stderr.on("data", (data) => { err += data; });
  const address = await new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => { out += data; if (out.includes("\n")) resolve(out.trim()); });
    child.on("exit", () => reject(new Error(`the page did not start: ${err}`)));
  });
  const gone = new Promise((resolve) => { child.on("exit", resolve); });
  return { address, end: () => { child.kill("SIGINT"); return gone; } };
}

/** A browser with a folder of its own. */
export async function browse(work) {
  const folder = mkdtempSync(join(tmpdir(), "codeframe-browser-"));
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath: executable(), headless: true, args: FLAGS, viewport: { width: 1280, height: 900 },
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
