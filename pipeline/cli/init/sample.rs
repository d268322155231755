//! The sample report that is a Word document: headings, running text, a list and a table with questions on the left.

use docx_rs::{
    AbstractNumbering, Docx, IndentLevel, Level, LevelJc, LevelText, NumberFormat, Numbering, NumberingId, Paragraph,
    Run, SpecialIndentType, Start, Style, StyleType, Table, TableCell, TableRow,
};
use std::io::Cursor;

/// The bytes of the document, the same at every call.
pub fn docx() -> anyhow::Result<Vec<u8>> {
    let heading = Style::new("Heading1", StyleType::Paragraph).name("heading 1").bold().size(28).outline_lvl(0);
    // Number 1 is docx-rs's own: it stands in every document that it writes.
    let bullet =
        AbstractNumbering::new(2).add_level(
            Level::new(0, Start::new(1), NumberFormat::new("bullet"), LevelText::new("•"), LevelJc::new("left"))
                .indent(Some(720), Some(SpecialIndentType::Hanging(360)), None, None),
        );
    let details = [
        (
            "Who took part?",
            "Form tutors and two reading groups. Older students helped the younger ones as reading buddies.",
        ),
        ("What evidence was gathered?", "Library loans and a test of reading in autumn and summer."),
        ("What changed?", "Reading scores improved in both groups."),
    ];
    let rows = details.map(|(question, answer)| TableRow::new(vec![cell(question), cell(answer)]));
    let document = Docx::new()
        .add_style(heading)
        .add_abstract_numbering(bullet)
        .add_numbering(Numbering::new(2, 2))
        .add_paragraph(title("St Bede High School"))
        .add_paragraph(text("A reading project for Year 7, in its first year."))
        .add_paragraph(title("Project details"))
        .add_table(Table::new(rows.to_vec()).set_grid(vec![3000, 6000]))
        .add_paragraph(title("What we learned"))
        .add_paragraph(item("Parents were invited; none came."))
        .add_paragraph(item("Staff now read aloud in tutor time."))
        .add_paragraph(item("Next year we would like to have volunteers too."));
    let mut bytes = Cursor::new(Vec::new());
    document.build().pack(&mut bytes)?;
    Ok(bytes.into_inner())
}

fn text(text: &str) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(text))
}

fn title(words: &str) -> Paragraph {
    text(words).style("Heading1")
}

fn item(words: &str) -> Paragraph {
    text(words).numbering(NumberingId::new(2), IndentLevel::new(0))
}

fn cell(words: &str) -> TableCell {
    TableCell::new().add_paragraph(text(words))
}
