// A project of any size for the browser's tests: made, run, and thrown away. Its texts hold what a page could stumble over.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FRAME = `version = 1
id = "small"
title = "Small <study> & co"
[[question]]
id = "who"
title = "Who took part"
select = "many"
code = [
  { id = "parent", label = "Parents and carers", definition = "A parent or carer took part in the work." },
  { id = "pupil", label = "Pupils", definition = "Pupils took part, not only as those who are taught." },
  { id = "governor", label = "Governors", definition = "Governors took part." },
]
[[question]]
id = "size"
title = "How many schools"
select = "one"
code = [
  { id = "one", label = "One", definition = "The group is one school." },
  { id = "more", label = "More than one", definition = "The group is more than one school." },
]
[[question]]
id = "theme"
title = "What it was about"
select = "many"
code = [
${["reading", "maths", "talk", "play", "music", "sport", "food", "home"].map((id) => `  { id = "${id}", label = "${id[0].toUpperCase()}${id.slice(1)}", definition = "The work was about ${id}." },`).join("\n")}
]
`;

const RULES = `version = 1
[lists]
kin = ["parent*", "mum*"]
[[context]]
property = "negated"
any = ["no", "not"]
scope = "after"
[[rule]]
code = "who/parent"
id = "kin-came"
weight = 0.5
any = ["{kin} <3> (came or joined)"]
matches = ["Nineteen mums came on Fridays."]
not_matches = ["No mums came."]
[[rule]]
code = "size/one"
id = "our-school"
weight = 0.5
any = ["our school"]
matches = ["This is our school."]
`;

const report = (n) => `# Reading together ${n}

## What we did

Nineteen mums came on Fridays, and “café” mornings grew. No parents came in winter. A <b>tag</b> & an ampersand stayed.

- Our school began with Year ${n % 6}.
- Books went home.

| Question | Answer |
| --- | --- |
| Who led? | The deputy head, with two parents who joined later. |
| When? | Autumn ${2000 + (n % 20)} |

## What changed

${"Children read more, and said so. ".repeat(8)}
`;

/** Makes a project with so many reports, runs it, hands its folder to `work`, and removes it. */
export async function withProject(program, nReports, work) {
  const folder = mkdtempSync(join(tmpdir(), "codeframe-project-"));
  try {
    mkdirSync(join(folder, "corpus/reports"), { recursive: true });
    mkdirSync(join(folder, "models"));
    writeFileSync(join(folder, "config.toml"), 'frame = "models/frame.toml"\nrules = "models/rules.toml"\n');
    writeFileSync(join(folder, "models/frame.toml"), FRAME);
    writeFileSync(join(folder, "models/rules.toml"), RULES);
    const ids = Array.from({ length: nReports }, (_, n) => `R${String(n).padStart(5, "0")}`);
    ids.forEach((id, n) => writeFileSync(join(folder, `corpus/reports/${id}.md`), report(n)));
    writeFileSync(join(folder, "corpus/reports.csv"), `id,cohort\n${ids.map((id, n) => `${id},${1 + (n % 2)}`).join("\n")}\n`);
    execFileSync(program, ["run", "--quiet", "--project", folder], { stdio: ["ignore", "ignore", "inherit"] });
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
