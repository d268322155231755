//! Passages: where a block is cut, and what is known of a passage's surroundings.

use codeframe::extract::{Block, BlockKind, Cell, Report};
use codeframe::segment::{column_head, heading_path, row_head, segment};
use codeframe::span::ByteSpan;
use proptest::prelude::*;

/// A report of paragraphs.
fn report(blocks: &[&str]) -> Report {
    let mut report = Report::default();
    for text in blocks {
        if !report.blocks.is_empty() {
            report.text.push('\n');
        }
        let start = report.text.len();
        report.text.push_str(text);
        report.blocks.push(Block {
            span: ByteSpan::new(start, report.text.len()),
            kind: BlockKind::Paragraph,
            marker: None,
            heading: None,
            cell: None,
        });
    }
    report
}

fn passages(blocks: &[&str]) -> Vec<String> {
    let report = report(blocks);
    segment(&report).iter().map(|passage| passage.span.slice(&report.text).to_owned()).collect()
}

/// `marked` is a block's text with `|` where it is cut.
#[track_caller]
fn check(marked: &str) {
    let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
    assert_eq!(passages(&[&marked.replace('|', "")]), expected);
}

#[test]
fn sentences_end_at_stops() {
    check("The heads met.| Nineteen mums came!| Did it work?| It did.");
    check("No stop at all");
    check("  spaces around \t");
    check("Attendance rose (see the table).| It fell later.");
    check("Really?!| Yes.");
}

#[test]
fn blocks_are_never_joined() {
    assert_eq!(passages(&["Who took", "part", "—", "Yes. No."]), ["Who took", "part", "—", "Yes.", "No."]);
    assert_eq!(passages(&["   "]), [""; 0]);
}

#[test]
fn abbreviations_go_on() {
    check("We used games, e.g. Maths Bingo, i.e. Friday lessons.| They helped.");
    check("Approx. Thirty came, incl. Mrs. Patel and Dr. Shah of St. Mary's.| All stayed.");
    check("See Fig. 3, No. 12 and pp. 4 to 6 (cf. Hill).| The rest follows.");
    check("It met on Fri. and in Sept. Maths week.| The staff came.");
    check("Yr. 6 pupils and Yr. Six parents w. Miss Lee for 3 wk.| Then they went.");
    check("Teachers, governors, etc. were there.| We had books, pens, etc.| Parents helped.");
    check("The school on Mill Rd. School staff met at Park Rd.| The head came.");
    check("Boys vs. Girls was stopped.| It had failed.");
    check("By Smith et al. Smith found more.| This was new.");
}

#[test]
fn words_that_look_like_abbreviations_end_sentences() {
    check("The answer was no.| They had not come.");
    check("Did it work?| No.| We tried again.");
    check("They sat.| Maria spoke.| It was art.| Drama followed.");
    check("The sun.| Mon ami.");
}

#[test]
fn initials_go_on() {
    check("J. K. Smith and Mrs P. Jones led it.| A. Brown left.");
    check("Pupils of school A.| Attendance rose there.");
    check("That was plan B.| The head agreed.");
    check("He has a B.Ed. Hons from the U.K. Open University.| She has none.");
}

#[test]
fn numbers_keep_their_points() {
    check("It rose by 3.5 per cent to 1.200 in 2009.| Then it fell.");
    check("2.1. The plan was simple.| 3. It worked.");
    check("(a) Reading.| (b) Writing.");
    check("See section 4.2.| The plan");
    check("We met.| 12 schools took part.| £300 was spent in 2009.| 3 heads left.");
}

#[test]
fn times_of_day_go_on() {
    check("We met at 9 a.m. Mondays and 4 p.m. on Fridays.| At 5 p.m.| The bell rang.");
}

#[test]
fn ellipses() {
    check("We waited... and waited… then left.");
    check("We waited...| The head came…| She spoke … of plans.");
    check("...The end.| It was over.");
}

#[test]
fn quotations_keep_their_stops() {
    check("\"Come,\" she said.| \"Sit.\"| They sat.");
    check("“We did it! she wrote.| It was great,” said the head.| ‘Yes.’| He left.");
    check("\"Why?\" she asked.| “Stop!” Mrs Shah said.| “Stop!”| Mrs Shah left the room.");
    check("He said: “We came.| We saw.”| Then he left.");
}

#[test]
fn no_boundary_before_lower_case() {
    check("What next? was the question.| Yes! we said. and then no.");
}

#[test]
fn forgotten_spaces() {
    check("They came on Fridays.|The head smiled.");
    check("See www.Example.Com and node.js e.g.The one.");
}

#[test]
fn bullets_inside_a_block() {
    check("We wanted:| • better attendance| • fewer exclusions");
    check("•\tbetter attendance");
}

#[test]
fn line_breaks_end_complete_lines() {
    check("Aims|\nImprove attendance of boys|\nRaise attainment");
    check("The heads met on\nFridays with the\nparents.|\nAll came");
    check("The heads met and talked about what they had done in the\nprevious year.|\nSecond line");
    check("Mill School,\n3 Mill Road");
    check("First para|\n\nsecond para");
    check("We did three things:|\nreading daily;|\nwriting weekly;|\nand sums");
    check("a list of the following|\n- reading|\n2. writing|\n(c) sums");
    // A line that was broken for its length: the next word would not have fitted.
    check(
        "The partnership worked with the families of the children at Great\nThistlecombe for the whole of the year and then stopped the work.",
    );
}

#[test]
fn long_passages_are_divided_at_semicolons() {
    let part = "the school held a reading morning for the families of the youngest children";
    check(&format!("In the first year {part};| in the second year {part};| in the third year {part}; it was good."));
    check("A short one; with a semicolon; stays whole.");
    let endless = "word ".repeat(2_000);
    assert!(passages(&[&endless]).iter().all(|passage| passage.len() <= 2_000));
}

#[test]
fn other_scripts() {
    check("学校は良い。|家族が来た。");
    check("Η σχολή.| Οι γονείς ήρθαν.| It’s soft\u{AD}ly said.\u{200B}| Done.");
}

#[test]
fn work_is_bounded_on_hostile_text() {
    for unit in [". ", ".\"", "!\"A", "\n", "a\n", ".)", ". 1", "(", "A.", "…", " ", ".\u{200B} "] {
        passages(&[&format!(". {}", unit.repeat(100_000))]);
    }
}

#[test]
fn surroundings() {
    let mut report = report(&["Title", "Impact", "Who took part?", "Parents", "Mothers came."]);
    report.blocks[0].kind = BlockKind::Title;
    report.blocks[1].kind = BlockKind::Heading(1);
    report.blocks[1].heading = Some(0);
    report.blocks[2].heading = Some(1);
    report.blocks[4].heading = Some(1);
    report.blocks[4].cell =
        Some(Box::new(Cell { table: 0, row: 1, column: 1, row_head: [2].into(), column_head: [3, 0].into() }));
    assert_eq!(heading_path(&report, 4), ["Title", "Impact"]);
    assert_eq!(heading_path(&report, 1), ["Title"]);
    assert_eq!(heading_path(&report, 0), [""; 0]);
    assert_eq!(row_head(&report, 4), "Who took part?");
    assert_eq!(column_head(&report, 4), "Parents Title");
    assert_eq!(row_head(&report, 1), "");
    // What no report should hold is passed over.
    report.blocks[1].heading = Some(1);
    report.blocks[4].cell =
        Some(Box::new(Cell { table: 0, row: 1, column: 1, row_head: [99].into(), column_head: [].into() }));
    assert_eq!(heading_path(&report, 4), ["Impact"]);
    assert_eq!(row_head(&report, 4), "");
    assert_eq!(heading_path(&report, 99), [""; 0]);
}

proptest! {
    /// Spans slice back, are trimmed, in order, inside their block, and hold every character that is not white space.
    #[test]
    fn spans_are_exact(blocks in prop::collection::vec("[a-dA-D0-2 .!?…;:•é学\"“”‘’()\n\t\u{85}\u{2028}\u{AD}-]{1,80}|\\PC{1,40}", 1..5)) {
        let report = report(&blocks.iter().map(String::as_str).collect::<Vec<_>>());
        let passages = segment(&report);
        let mut end = 0;
        for passage in &passages {
            let text = passage.span.slice(&report.text);
            prop_assert!(!text.is_empty() && text.trim() == text);
            prop_assert!(report.blocks[passage.block as usize].span.contains(&passage.span));
            prop_assert!(report.text[end..passage.span.range().start].trim().is_empty());
            end = passage.span.range().end;
        }
        prop_assert!(report.text[end..].trim().is_empty());
    }
}
