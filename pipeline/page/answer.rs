//! A request becomes a page, an address to go to, or one of the page's own files. Nothing is served from the disk, so no
//! path leads anywhere but here.

use super::desk::Desk;
use super::filter::{Filter, Pairs, value};
use super::values::{Values, values};
use super::{Error, views};
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment};
use std::sync::OnceLock;

/// What is asked for.
pub struct Ask {
    /// Whether something is to be recorded.
    pub is_form: bool,
    pub path: String,
    /// Of the address, or of the form.
    pub pairs: Vec<(String, String)>,
}

/// What is answered.
pub enum Reply {
    /// A page with its status.
    Page(u16, String),
    /// Another address.
    Go(String),
    /// A file of a kind.
    File(&'static str, &'static str),
}

/// Answers a request.
pub fn answer(desk: &mut Desk, ask: &Ask) -> Reply {
    let answered = desk.refresh().and_then(|()| if ask.is_form { take(desk, ask) } else { show(desk, ask) });
    answered.unwrap_or_else(|error| {
        let status = match &error {
            Error::NotThere { .. } => 404,
            Error::Form { .. } => 400,
            Error::Changed { .. } => 409,
            _ => 500,
        };
        let mut causes = vec![error.to_string()];
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        Reply::Page(status, problem(status, &causes.join(": "), error.hint().as_deref()))
    })
}

/// A page that says why there is no other.
pub fn problem(status: u16, why: &str, hint: Option<&str>) -> String {
    let title = match status {
        403 | 421 => "Not let in",
        404 => "Not here",
        409 => "Changed meanwhile",
        400 | 413 => "Not recorded",
        _ => "This did not work",
    };
    let (why, hint) = (sentence(why), hint.map(sentence));
    render("problem.html", values! { title, why, hint }).unwrap_or_else(|_| title.to_owned())
}

/// A message as a sentence: with a large letter, and names between quotation marks.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let mut is_open = false;
    let quoted = letters.map(|letter| match letter {
        '`' => {
            is_open = !is_open;
            if is_open { '“' } else { '”' }
        }
        letter => letter,
    });
    first + &quoted.collect::<String>()
}

fn show(desk: &Desk, ask: &Ask) -> Result<Reply, Error> {
    let pairs = &ask.pairs[..];
    let html = match ask.path.as_str() {
        "/" => views::queue::queue(desk, pairs)?,
        "/next" => return Ok(Reply::Go(next(desk, pairs, None))),
        "/item" => views::item::item(desk, pairs)?,
        "/reports" => views::report::reports(desk, pairs)?,
        "/report" => views::report::report(desk, pairs)?,
        "/map" => views::map::map(desk)?,
        "/number" => views::map::number(desk, pairs)?,
        "/progress" => views::progress::progress(desk)?,
        "/search" => views::search::search(desk, pairs)?,
        "/agreement" => views::agreement::agreement(desk)?,
        "/help" => views::page(desk, "help.html", "help", "Help", values! {})?,
        "/assets/page.css" => return Ok(Reply::File("text/css; charset=utf-8", include_str!("templates/page.css"))),
        "/assets/page.js" => {
            return Ok(Reply::File("text/javascript; charset=utf-8", include_str!("templates/page.js")));
        }
        other => return Err(Error::NotThere { what: "page", found: other.to_owned() }),
    };
    Ok(Reply::Page(200, html))
}

fn take(desk: &mut Desk, ask: &Ask) -> Result<Reply, Error> {
    let pairs = &ask.pairs[..];
    match ask.path.as_str() {
        "/verdict" => {
            let (report, code) = desk.record_answer(pairs)?;
            Ok(Reply::Go(match value(pairs, "then") {
                Some("report") => format!("{}#codes", super::filter::address("/report", &[("report", &report)])),
                Some("blind") => super::filter::address("/report", &[("report", &report), ("blind", "1")]),
                Some("agreement") => "/agreement#disagreements".to_owned(),
                _ => next(desk, pairs, desk.item(&report, code)),
            }))
        }
        "/question" => {
            let report = desk.record_question(pairs)?;
            let address = super::filter::address("/report", &[("report", &report), ("blind", "1")]);
            Ok(Reply::Go(format!("{address}#{}", value(pairs, "then").unwrap_or_default())))
        }
        "/undo" => {
            let open = desk.undo()?;
            Ok(Reply::Go(match open {
                Some((report, code)) => views::item::address(desk, &report, code, &Filter::of(pairs)),
                None => Filter::of(pairs).address("/", &[]),
            }))
        }
        other => Err(Error::NotThere { what: "page", found: other.to_owned() }),
    }
}

/// The address of the next open item after one, or of the queue when there is none.
fn next(desk: &Desk, pairs: &Pairs, after: Option<usize>) -> String {
    let filter = Filter::of(pairs);
    let shown = views::queue::Shown::of(desk, &filter);
    match shown.next(desk, after) {
        Some(number) => {
            let item = &desk.queue.items[number];
            views::item::address(desk, &item.report, item.code, &filter)
        }
        None => filter.address("/", &[("done", "1")]),
    }
}

/// Fills a template; what is put in is escaped.
pub fn render(name: &str, values: Values) -> Result<String, Error> {
    static TEMPLATES: OnceLock<Environment<'static>> = OnceLock::new();
    let templates = TEMPLATES.get_or_init(|| {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.set_syntax(
            SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("it is the usual one"),
        );
        for (name, text) in FILES {
            templates.add_template(name, text).expect("the templates are part of the program and are tested");
        }
        templates
    });
    Ok(templates.get_template(name)?.render(values)?)
}

/// The templates, by name.
const FILES: [(&str, &str); 14] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("queue.html", include_str!("templates/queue.html")),
    ("item.html", include_str!("templates/item.html")),
    ("reports.html", include_str!("templates/reports.html")),
    ("report.html", include_str!("templates/report.html")),
    ("blind.html", include_str!("templates/blind.html")),
    ("map.html", include_str!("templates/map.html")),
    ("number.html", include_str!("templates/number.html")),
    ("progress.html", include_str!("templates/progress.html")),
    ("search.html", include_str!("templates/search.html")),
    ("agreement.html", include_str!("templates/agreement.html")),
    ("help.html", include_str!("templates/help.html")),
    ("problem.html", include_str!("templates/problem.html")),
];
