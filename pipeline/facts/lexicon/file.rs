//! The tables of `facts.toml` as they stand there.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub version: u32,
    #[serde(default)]
    pub numbers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub kind: Vec<KindFile>,
    #[serde(default)]
    pub people: PeopleFile,
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub sign: Vec<SignFile>,
    #[serde(default)]
    pub labels: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub not_labels: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub rows: RowsFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct KindFile {
    pub phases: Vec<String>,
    pub qualifier: Vec<String>,
    pub one: Vec<String>,
    pub many: Vec<String>,
    pub name: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct PeopleFile {
    pub words: Vec<String>,
    pub unless_of: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignFile {
    pub phase: String,
    pub weight: u8,
    pub words: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RowsFile {
    pub not_schools: Vec<String>,
}
