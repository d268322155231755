//! The fields of the index. Three kinds of entries share it, told apart by the fields they have: passages; the
//! *sections* of a report, one for each combination of headings, row head and column head, so that these long texts
//! are indexed once and not with every passage below them; and one entry a report for its metadata.

use super::words::{Analyser, Entries};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STRING, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

/// The fields. An index whose schema differs is of another version and is made again; so a change of what is written
/// into a field, the split into words above all, must change a name here.
#[derive(Clone, Copy)]
pub struct Fields {
    /// Every entry: the report's id, for deleting and filtering; in passages and report entries also as a column.
    pub report: Field,
    /// Passage: its words and stems.
    pub text: Field,
    /// Passage: its number in the report, and where it stands in the report's text.
    pub number: Field,
    pub start: Field,
    pub end: Field,
    /// Passage: the key of its section. Absent above the first heading.
    pub section: Field,
    /// Passage: `question/code=state` of each code for which it is evidence.
    pub code: Field,
    /// Passage: the states of its codes.
    pub decision: Field,
    /// Section: its key, a hash of its headings.
    pub section_key: Field,
    /// Section: the stems of its headings, row head and column head.
    pub heading: Field,
    /// Report: `key=value` of its metadata.
    pub metadata: Field,
}

const TEXT_ANALYSER: &str = "codeframe words and stems 1";
const HEADING_ANALYSER: &str = "codeframe stems 1";

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let mut schema = SchemaBuilder::new();
    let number = |schema: &mut SchemaBuilder, name: &str, options: NumericOptions| schema.add_u64_field(name, options);
    let fields = Fields {
        report: schema.add_text_field("report", STRING | FAST),
        text: schema.add_text_field("text", analysed(TEXT_ANALYSER, true)),
        number: number(&mut schema, "number", FAST.into()),
        start: number(&mut schema, "start", FAST.into()),
        end: number(&mut schema, "end", FAST.into()),
        section: number(&mut schema, "section", INDEXED.into()),
        code: schema.add_text_field("code", STRING),
        decision: schema.add_text_field("decision", STRING),
        section_key: number(&mut schema, "section_key", FAST.into()),
        heading: schema.add_text_field("heading", analysed(HEADING_ANALYSER, false)),
        metadata: schema.add_text_field("metadata", STRING),
    };
    (schema.build(), fields)
}

/// The analysers that the schema names.
pub fn analysers() -> TokenizerManager {
    let analysers = TokenizerManager::default();
    analysers.register(TEXT_ANALYSER, Analyser::new(Entries::WordAndStem));
    analysers.register(HEADING_ANALYSER, Analyser::new(Entries::Stem));
    analysers
}

fn analysed(analyser: &str, lengths: bool) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(analyser)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(lengths);
    TextOptions::default().set_indexing_options(indexing)
}
