//! `codeframe search`: passages that match a query, ready to be quoted.

use super::print::passages::{self, Asked};
use super::print::{Output, concordance, documents, vignettes};
use super::{Context, End, Failure, Format};
use clap::ValueEnum;
use codeframe::index::Limits;
use codeframe::project::Project;
use codeframe::study::Study;
use codeframe::vignette::{self, Order, Request, Vignette, basket};
use codeframe::warned::Warned;

/// Search the reports; print the passages that fit best
///
/// A query is words in any form (`parents reading`), "exact phrases", OR, -word, (brackets), `teach*` and `wom?n`,
/// `attainmant~1` (letters that differ), "parent reading"~5 and parent NEAR/5 reading (words near each other), and
/// fields: heading:impact, report:G001, code:question/code, question/code:queue, decision:queue, and each column of the
/// project's metadata, as in cohort:1.
#[derive(clap::Args)]
pub struct Arguments {
    /// What to look for; may be left out with --code, --report or --like. Put `--` before a query that begins with `-`
    #[arg(value_name = "QUERY", required_unless_present_any = ["code", "report", "like", "basket"])]
    query: Vec<String>,
    /// How many passages to print at the most
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// How many passages of one report at the most [default: 3, with --report any number]
    #[arg(long, value_name = "K")]
    per_report: Option<usize>,
    /// Only evidence for this code, or for any code of this question
    #[arg(long, value_name = "QUESTION/CODE")]
    code: Option<String>,
    /// Only this report
    #[arg(long, value_name = "ID")]
    report: Option<String>,
    /// Passages like this one: a text, or where a passage stands in a report
    #[arg(long, value_name = "TEXT|REPORT:START")]
    like: Option<String>,
    /// By how well they fit; with --code: near the code's centre, carrying it most, or speaking against it though alike
    #[arg(long, value_enum, default_value_t = Sort::Relevance)]
    sort: Sort,
    /// The whole passage, or one line for each place that was found, with what stands around it
    #[arg(long, value_enum, default_value_t = Show::Passage)]
    show: Show,
    /// Put the passages into the basket of this name (corpus/review/baskets)
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// With --save: only the passages with these numbers, as 1,4-6
    #[arg(long, value_name = "NUMBERS", requires = "save")]
    pick: Option<String>,
    #[command(flatten)]
    output: Output,
    /// Print the basket of this name, each quote found again in its report
    #[arg(long, value_name = "NAME", conflicts_with_all = ["query", "code", "report", "like", "sort", "save", "show", "limit", "per_report"])]
    basket: Option<String>,
}

// Neither is documented by variant: clap would turn that into long help.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Show {
    Passage,
    Context,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    Relevance,
    Typical,
    Extreme,
    Against,
}

/// Passages of one report unless more are asked for: one report that speaks of nothing else would fill the page.
const PER_REPORT: usize = 3;

/// Does what the arguments say.
pub fn run(context: &Context, arguments: &Arguments) -> Result<End, Failure> {
    let known = [Format::Text, Format::Json, Format::Csv, Format::Html, Format::Docx];
    let format = arguments.output.format(context, &known)?;
    let project = context.open()?;
    if let Some(name) = &arguments.basket {
        return print_basket(context, &project, arguments, name, format);
    }
    // Before anything is printed.
    arguments.save.iter().try_for_each(|name| basket::check_name(name))?;
    let study = Study::load(&project)?.value;
    let store = context.store_of_any_classifier(&project, &study, true)?;
    let said = context.said(&project, &study)?;
    let query = arguments.query.join(" ");
    let code = arguments.code.as_deref();
    let usual = if arguments.report.is_some() { None } else { Some(PER_REPORT) };
    let request = Request {
        query: &query,
        code,
        report: arguments.report.as_deref(),
        within: None,
        like: arguments.like.as_deref(),
        order: match arguments.sort {
            Sort::Relevance => Order::Relevance,
            Sort::Typical => Order::Typical,
            Sort::Extreme => Order::Extreme,
            Sort::Against => Order::Against,
        },
        limits: Limits { hits: arguments.limit, per_report: arguments.per_report.or(usual) },
    };
    let found = vignette::search(&project, &study, &store, &said, request)?;
    let picked = picked(&found.vignettes, arguments.pick.as_deref())?;
    let mut out = arguments.output.open()?;
    let is_whole = arguments.show == Show::Passage;
    match format {
        Format::Json if is_whole => vignettes::json(&mut out, &query, &found)?,
        Format::Json => concordance::json(&mut out, &query, &found)?,
        Format::Csv if is_whole => vignettes::csv(&mut out, &found)?,
        Format::Csv => concordance::csv(&mut out, &found)?,
        Format::Html | Format::Docx => {
            let asked = Asked { query: &query, code, like: request.like };
            let passages = passages::found(&asked, &found);
            let document = if is_whole { passages } else { concordance::document(passages, &found) };
            documents::write(&document, format, &mut out)?;
        }
        _ => {
            if is_whole {
                vignettes::text(&mut out, &found)?;
            } else {
                concordance::text(&mut out, &found)?;
            }
            match (found.vignettes.len(), found.n_passages) {
                (_, 0) => context.notes.say("no passage matches"),
                // Those like an example are all that share a word with it.
                (shown, all) if shown < all && request.like.is_none() => {
                    context.notes.say(&format!("{shown} of {all} passages"))
                }
                _ => {}
            }
        }
    }
    out.finish()?;
    if found.is_behind {
        context.notes.warn("the last run did not end, so reports may be missing; run `codeframe run`");
    }
    if let Some(name) = &arguments.save {
        let n_new = basket::save(&project, name, &picked, arguments.like.as_deref().unwrap_or(&query), code)?;
        let of = if n_new < picked.len() {
            format!(" of {} passages, the others were in it", picked.len())
        } else {
            String::new()
        };
        context.notes.say(&format!("{n_new} saved in {}/{name}.jsonl{of}", basket::BASKETS));
    }
    Ok(End::Done)
}

/// The vignettes with the numbers that were asked for: `1,4-6`.
fn picked<'v>(vignettes: &'v [Vignette], numbers: Option<&str>) -> Result<Vec<&'v Vignette>, Failure> {
    let Some(numbers) = numbers else { return Ok(vignettes.iter().collect()) };
    let mut picked = Vec::new();
    for part in numbers.split(',').map(str::trim) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| (1..=vignettes.len()).contains(n));
        let range = number(from).zip(number(to)).filter(|(from, to)| from <= to);
        let Some((from, to)) = range else {
            let message = format!("`{part}` does not number passages that were found");
            return Err(Failure::new(message).hint(format!("they are numbered from 1 to {}", vignettes.len())));
        };
        picked.extend(&vignettes[from - 1..to]);
    }
    Ok(picked)
}

fn print_basket(
    context: &Context,
    project: &Project,
    arguments: &Arguments,
    name: &str,
    format: Format,
) -> Result<End, Failure> {
    let Warned { value: kept, warnings } = basket::read(project, name)?;
    context.notes.warn_all(&warnings);
    let mut out = arguments.output.open()?;
    match format {
        Format::Json => vignettes::basket_json(&mut out, name, &kept)?,
        Format::Csv => vignettes::basket_csv(&mut out, &kept)?,
        Format::Html | Format::Docx => {
            documents::write(&passages::basket(name, &kept), format, &mut out)?;
        }
        _ => vignettes::basket_text(&mut out, &kept)?,
    }
    out.finish()?;
    let n_lost = kept.iter().filter(|kept| kept.span.is_none()).count();
    if n_lost > 0 {
        let (quotes, are) = if n_lost == 1 { ("quote", "is") } else { ("quotes", "are") };
        context.notes.warn(&format!("{n_lost} {quotes} of {} {are} not in the reports any more", kept.len()));
    }
    Ok(if n_lost + warnings.len() > 0 { End::LeftOut } else { End::Done })
}
