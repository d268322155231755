//! Which items of the queue a person wants to see, and in which order: read from an address, and written into addresses,
//! so that a page can be reloaded, kept and gone back to.

use std::collections::BTreeMap;

/// Names and values, as in an address or a form.
pub type Pairs = [(String, String)];

/// The first value of a name.
pub fn value<'p>(pairs: &'p Pairs, name: &str) -> Option<&'p str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// An address on the page.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// In which order items come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// As in the queue file: the most useful first.
    #[default]
    Useful,
    /// What the classifier is least sure of first.
    Uncertain,
    /// One report after the other.
    Report,
    /// One code after the other.
    Code,
}

impl Order {
    /// All of them, with the word in addresses and the words for people.
    pub const ALL: [(Order, &'static str, &'static str); 4] = [
        (Order::Useful, "useful", "most useful first"),
        (Order::Uncertain, "uncertain", "least sure first"),
        (Order::Report, "report", "report by report"),
        (Order::Code, "code", "code by code"),
    ];

    fn name(self) -> &'static str {
        Order::ALL.iter().find(|(order, ..)| *order == self).map_or("", |(_, name, _)| name)
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Id of a question.
    pub question: Option<String>,
    /// `question/code`.
    pub code: Option<String>,
    /// Id of a report.
    pub report: Option<String>,
    /// Word for a reason.
    pub reason: Option<String>,
    /// Columns of the metadata with the value that they must have.
    pub metadata: BTreeMap<String, String>,
    /// See [`Order`].
    pub order: Order,
}

/// What stands before a filter's names in addresses, apart from the names of pages themselves.
const PREFIX: &str = "f.";
/// What stands before columns of the metadata.
const COLUMN: &str = "f.m.";

impl Filter {
    /// Reads a filter out of an address or form; blank values filter nothing.
    pub fn of(pairs: &Pairs) -> Filter {
        let get = |name: &str| {
            let found = value(pairs, &format!("{PREFIX}{name}"));
            found.filter(|value| !value.is_empty()).map(str::to_owned)
        };
        let column = |(name, value): &(String, String)| {
            let column = name.strip_prefix(COLUMN).filter(|_| !value.is_empty())?;
            Some((column.to_owned(), value.clone()))
        };
        let order = get("order");
        Filter {
            question: get("question"),
            code: get("code"),
            report: get("report"),
            reason: get("reason"),
            metadata: pairs.iter().filter_map(column).collect(),
            order: Order::ALL.iter().find(|o| Some(o.1) == order.as_deref()).map(|o| o.0).unwrap_or_default(),
        }
    }

    /// The names and values that make it.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let named =
            [("question", &self.question), ("code", &self.code), ("report", &self.report), ("reason", &self.reason)];
        for (name, value) in named {
            pairs.extend(value.iter().map(|value| (format!("{PREFIX}{name}"), value.clone())));
        }
        pairs.extend(self.metadata.iter().map(|(column, value)| (format!("{COLUMN}{column}"), value.clone())));
        if self.order != Order::default() {
            pairs.push((format!("{PREFIX}order"), self.order.name().to_owned()));
        }
        pairs
    }

    /// An address on the page that keeps the filter.
    pub fn address(&self, path: &str, pairs: &[(&str, &str)]) -> String {
        let own = self.pairs();
        let own = own.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        address(path, &pairs.iter().copied().chain(own).collect::<Vec<_>>())
    }

    /// Whether it leaves anything out.
    pub fn is_narrow(&self) -> bool {
        *self != Filter { order: self.order, ..Filter::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_address() {
        let filter = Filter {
            code: Some("who/parent".to_owned()),
            report: Some("a & b/../c?".to_owned()),
            metadata: [("cohort".to_owned(), "ü 2".to_owned())].into(),
            order: Order::Code,
            ..Filter::default()
        };
        let address = filter.address("/", &[("page", "2")]);
        let query = address.strip_prefix("/?").expect("it has a query");
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!((Filter::of(&pairs), value(&pairs, "page")), (filter, Some("2")));
        assert_eq!(Filter::default().address("/", &[]), "/");
    }
}
