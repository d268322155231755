//! `report`: the synthesis document of a small project, and what is said when it cannot be made.

use crate::project::Project;
use codeframe::document::{Block, Column, Document, Row, Table, Text, docx};
use codeframe::extract::{self, BlockKind};

/// What was written is read again by the reader that knows nothing of the writer.
#[test]
fn a_docx_is_read_back_with_headings_tables_and_notes() {
    let table = Table {
        caption: Text::from("Who <took> part"),
        columns: vec![Column::words(""), Column::numbers("N")],
        rows: vec![Row::Cells(vec![Text::from("Parents & carers").note("Of any age."), "62".into()])],
        notes: vec!["More than one possible.".into()],
    };
    let blocks = vec![
        Block::Contents,
        Block::Heading(1, "The map".into()),
        Block::Table(table),
        Block::Heading(2, "Quoted".into()),
    ];
    let document = Document { title: "Findings & more".to_owned(), blocks, ..Document::default() };
    let bytes = docx(&document).expect("it is written");
    let found = extract::extract_bytes("a.docx", &bytes, &extract::Settings::default()).expect("it is read");
    let report = &found[0].value.report;
    let of = |wanted: fn(&BlockKind) -> bool| -> Vec<&str> {
        report.blocks.iter().filter(|block| wanted(&block.kind)).map(|block| block.span.slice(&report.text)).collect()
    };
    assert_eq!(of(|kind| matches!(kind, BlockKind::Heading(1))), ["The map"]);
    assert_eq!(of(|kind| matches!(kind, BlockKind::Heading(2))), ["Quoted"]);
    assert_eq!(of(|kind| matches!(kind, BlockKind::Title)), ["Findings & more"]);
    for text in ["Table 1  Who <took> part", "Parents & carers", "62", "Of any age.", "More than one possible."] {
        assert!(report.text.contains(text), "{text}: {}", report.text);
    }
}

/// A page lies on its side where a table has more columns of numbers than stand beside words on an upright one.
#[test]
fn wide_tables_turn_the_page() {
    let page = |n_columns: usize| {
        let numbers = (0..n_columns).map(|n| Column::numbers(format!("Group {n}")));
        let row = std::iter::once("Parents".into()).chain((0..n_columns).map(|_| "20 (66.7 %)".into())).collect();
        let columns = std::iter::once(Column::words("")).chain(numbers).collect();
        let table = Table { columns, rows: vec![Row::Cells(row)], ..Table::default() };
        let bytes =
            docx(&Document { blocks: vec![Block::Table(table)], ..Document::default() }).expect("it is written");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("it is a container");
        std::io::read_to_string(archive.by_name("word/document.xml").expect("it has a text")).expect("UTF-8")
    };
    let upright = page(4);
    assert!(upright.contains("w:w=\"11906\" w:h=\"16838\""), "{upright}");
    assert!(upright.contains(">20 (66.7\u{a0}%)<"), "a line never ends before the per cent sign");
    assert!(page(7).contains("w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\""), "{}", page(7));
}

const TEMPLATE: &str = r#"# Who came

{{ n_reports }} {{ units }}

{{ contents() }}

## Findings

{% set parents = code("who/parent") %}
{{ parents.label }} came in {{ parents.n }} of {{ n_reports }} ({{ parents.percent }} %).[^1]

[^1]: Coded by {{ method.n_rules }} rule.

{{ table("who") }}
{{ chart("who") }}
{{ vignettes("who/parent") }}
{{ table("size") }}

{% include "method" %}
"#;

fn project(template: &str) -> Project {
    let project = Project::small();
    project.write("models/small/report.md.j2", template);
    project.command(&["run", "-q"]).assert().success();
    project
}

#[test]
fn a_document_is_made_from_a_template() {
    let shown = project(TEMPLATE).run(&["report"]);
    insta::with_settings!({filters => vec![("(Version of [a-z ]+:) [0-9a-f]{12}", "$1 [HASH]")]}, {
        insta::assert_snapshot!(shown);
    });
}

/// With the built-in template, in every format, with a sample and without.
#[test]
fn the_built_in_template_makes_a_document() {
    let project = Project::small();
    project.edit("config.toml", "frame.toml\"\n", "frame.toml\"\n[[sample.stage]]\nwhere = \"who/parent\"\n");
    project.command(&["run", "-q"]).assert().success();
    let text = project.run(&["report", "-q"]);
    assert!(text.contains("Parents") && !text.contains("In-depth sample"), "{text}");
    project.command(&["sample", "-q"]).assert().success();
    let text = project.run(&["report", "-q"]);
    assert!(text.contains("1 of 2 reports (50.0 %) were read in depth"), "{text}");
    project.command(&["report", "-q", "--format", "html", "--output", "a.html"]).assert().code(1);
    project.command(&["report", "-q", "--format", "docx", "--output", "out/a.docx"]).assert().code(1);
    let html = project.read("a.html");
    assert!(html.contains("<html lang=\"en-GB\">") && html.contains("<svg role=\"img\""), "{html}");
    let read = project.run(&["extract", "out/a.docx"]);
    assert!(read.contains("Table 1") && read.contains("Figure 1"), "{read}");
}

#[test]
fn a_template_that_is_not_sound_is_told_with_its_line() {
    let said = |template: &str| project(template).run(&["report"]);
    let all = [
        "# A\n\n{{ n_reprots }}\n",
        "# A\n{{ tabel(\"who\") }}\n",
        "# A\n\n{{ table(\"whom\") }}\n",
        "# A\n{{ code(\"who/parnt\").n }}\n",
        "# A\n{{ code(\"who/parent\").precent }}\n",
        "# A\n\n\n{% if n_reports %}\n",
        "# A\n{{ vignettes(\"who/parent\", limt=3) }}\n",
        "# A\n{{ basket(\"none\") }}\n",
        "# A\n{{ differences(by=[\"chort\"]) }}\n",
        "# A\n{% set parents = code(\"who/parent\") %}\n\nOf all {{ n_reports }} some, {{ parnets.n }}, came.\n",
        "# A\n{% for question in questions %}\n{{ question.titel }}\n{% endfor %}\n",
        "# A\n{{ questions | lenght }}\n",
    ];
    insta::assert_snapshot!(all.map(said).join("\n"));
}

/// The built-in template can be written out and changed; what was changed is not written over.
#[test]
fn the_built_in_template_can_be_made_ones_own() {
    let project = Project::small();
    project.command(&["run", "-q"]).assert().success();
    let built_in = project.run(&["report", "-q"]);
    let written = project.run(&["report", "--write-template"]);
    assert!(project.read("models/small/report.md.j2").starts_with("{#"));
    assert_eq!(project.run(&["report", "-q"]), built_in);
    project.edit("models/small/report.md.j2", "## Patterns", "## What goes with what");
    let again = project.run(&["report", "--write-template"]);
    assert!(project.run(&["report", "-q"]).contains("What goes with what"));
    let elsewhere = project.run(&["report", "--write-template", "mine.j2"]);
    insta::assert_snapshot!([written, again, elsewhere].join("\n"));
}

/// Where people looked at a random part of what the machine decided, tables and method say what follows.
#[test]
fn counts_are_corrected_where_that_can_be() {
    let template =
        "# T\n\n{{ code(\"who/parent\").corrected.high }}\n\n{{ table(\"who\") }}\n{% include \"method\" %}\n";
    let project = project(template);
    let before = project.run(&["report"]);
    assert!(before.contains("report.md.j2:3:4: `code(\"who/parent\").corrected.high` has no value"), "{before}");
    let line = "{\"id\":\"first\",\"codes\":{\"who\":[\"parent\"]}}\n";
    project.write("codes.jsonl", line);
    project.command(&["import", "codings", "codes.jsonl", "--reviewer", "ms"]).assert().success();
    let shown = project.run(&["report"]);
    assert!(shown.contains("Corrected %") && shown.contains("are corrected for the machine's errors"), "{shown}");
}

/// What chose the sample makes it differ, so a column that repeats it is compared only when it is named.
#[test]
fn a_column_that_repeats_the_sample_is_no_group_that_differs() {
    let project = Project::small();
    project.edit("config.toml", "frame.toml\"\n", "frame.toml\"\n[[sample.stage]]\nwhere = \"who/parent\"\n");
    let mut metadata = "id,in_depth,cohort\n".to_owned();
    for n in 0..24 {
        let text = if n % 2 == 0 { "Nineteen mums came on Fridays.\n" } else { "Nobody came.\n" };
        project.write(&format!("corpus/reports/r{n:02}.txt"), text);
        metadata += &format!("r{n:02},{},{}\n", if n % 2 == 0 { "yes" } else { "no" }, 1 + n / 12);
    }
    project.write("corpus/reports.csv", metadata + "first,yes,1\nsecond,no,2\n");
    project.write("models/small/report.md.j2", "# T\n\n{{ differences() }}\n\n{{ differences(by=[\"in_depth\"]) }}\n");
    project.command(&["run", "-q"]).assert().success();
    let before = project.run(&["report", "-q"]);
    assert_eq!(before.matches("In depth: yes").count(), 2, "{before}");
    project.command(&["sample", "-q"]).assert().success();
    let after = project.run(&["report", "-q"]);
    assert!(after.contains("none differs more than chance explains"), "{after}");
    assert_eq!(after.matches("In depth: yes").count(), 1, "{after}");
}

#[test]
fn without_reports_or_a_named_template_nothing_is_made() {
    let project = Project::small();
    let before = project.run(&["report"]);
    project.edit("config.toml", "frame.toml\"\n", "frame.toml\"\n[report]\ntemplate = \"models/none.j2\"\n");
    project.command(&["run", "-q"]).assert().success();
    insta::assert_snapshot!([before, project.run(&["report"])].join("\n"));
}

/// Nothing of a report or a label can become markup of the document.
#[test]
fn labels_are_never_taken_for_markdown() {
    let project = Project::small();
    project.edit("models/small/frame.toml", "label = \"Parents\"", "label = \"*Parents* # <b>[x](y)</b> `a` | & co\"");
    project.write("models/small/report.md.j2", "# T\n\n{{ code(\"who/parent\").label }} end\n");
    project.command(&["run", "-q"]).assert().success();
    let text = project.run(&["report"]);
    assert!(text.contains("*Parents* # <b>[x](y)</b> `a` | & co end"), "{text}");
}
