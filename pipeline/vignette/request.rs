//! A request becomes the query that the index answers: what is typed, with the filters beside it, once everything that it
//! names is known to be there.

use super::error::Error;
use super::evidence::{against, corrections};
use super::{Order, Reports, Request, Sources};
use crate::fault::nearest;
use crate::frame::{CodeIndex, Frame};
use crate::index::{Index, Query, QueryError};
use crate::store::Store;
use crate::study::Study;

/// The query of a request, with its filters, and the code that is asked for by an order; what it names is there.
pub(super) fn read(
    study: &Study,
    Sources { index, .. }: &Sources,
    reports: &mut Reports<'_>,
    request: Request<'_>,
) -> Result<(Query, Option<CodeIndex>), Error> {
    let (frame, store) = (&study.frame, reports.store);
    let mut parts = Vec::new();
    let has_other = request.code.is_some() || request.report.is_some() || request.like.is_some();
    match Query::parse(request.query, &index.metadata_keys()?) {
        Err(QueryError::Empty) if has_other => {}
        query => parts.push(query?),
    }
    let code = request.code.map(|code| code.trim_end_matches('/'));
    if let Some(found) = request.report {
        parts.push(Query::of_report(found));
    }
    if let Some(within) = request.within {
        parts.push(Query::of_reports(within.iter().cloned()));
    }
    let ordered = match (request.order, code) {
        (Order::Relevance, _) => None,
        (_, Some(name)) if name.contains('/') => Some(known_code(frame, name)?),
        (_, Some(name)) if frame.find(name).is_none() => {
            known_code(frame, name)?;
            return Err(Error::OrderWithoutCode);
        }
        _ => return Err(Error::OrderWithoutCode),
    };
    match (ordered, code) {
        (Some(ordered), _) if request.order == Order::Against => {
            parts.push(Query::of_places(against::<Error>(study, store, reports.said, ordered)?));
        }
        (_, Some(name)) => parts.push(Query::of_code(name)),
        _ => {}
    }
    if let Some(example) = request.like {
        parts.push(like(index, reports, example)?);
    }
    let query = parts.into_iter().reduce(Query::and).ok_or(QueryError::Empty)?;
    for found in query.codes() {
        let (name, state) = found.split_once('=').map_or((found, None), |(name, state)| (name, Some(state)));
        known_code(frame, name)?;
        known_state(state)?;
    }
    query.decisions().into_iter().try_for_each(|state| known_state(Some(state)))?;
    known_values(store, index, &query)?;
    if query.codes().is_empty() && query.decisions().is_empty() {
        return Ok((query, ordered));
    }
    let corrections = corrections::<Error>(study, store, reports.said)?;
    Ok((query.corrected(&corrections), ordered))
}

/// What is decided of a code, as queries name it.
pub(super) const STATES: [&str; 3] = ["applies", "does_not_apply", "queue"];

fn known_state(state: Option<&str>) -> Result<(), Error> {
    match state.filter(|state| !STATES.contains(state)) {
        None => Ok(()),
        Some(found) => Err(Error::UnknownState { found: found.to_owned() }),
    }
}

/// A report that is named must be there, and some report must have what is named of the metadata: a slip of the keys would
/// look like an answer.
fn known_values(store: &Store, index: &Index, query: &Query) -> Result<(), Error> {
    for (field, found) in query.values() {
        if field == "report" {
            let ids = store.reports()?;
            if ids.iter().all(|(id, _)| id != found) {
                let nearest = nearest(found, ids.iter().map(|(id, _)| id.as_str())).map(str::to_owned);
                return Err(Error::UnknownReport { found: found.to_owned(), nearest });
            }
            continue;
        }
        let known = index.metadata_values(field)?;
        if !known.contains(found) {
            let nearest = nearest(found, known.iter().map(String::as_str)).map(str::to_owned);
            let known = known.into_iter().take(MOST_NAMED + 1).collect();
            return Err(Error::UnknownValue { field: field.to_owned(), found: found.to_owned(), nearest, known });
        }
    }
    Ok(())
}

/// Values that a hint lists.
pub(super) const MOST_NAMED: usize = 12;

/// The code of a name; of a question the first.
fn known_code(frame: &Frame, name: &str) -> Result<CodeIndex, Error> {
    if let Some(code) = frame.find(name) {
        return Ok(code.index);
    }
    if let Some(code) = frame.codes().find(|code| code.question.id.as_str() == name) {
        return Ok(code.index);
    }
    let questions = frame.questions.iter().map(|question| question.id.as_str());
    let known = questions.chain(frame.codes().map(|code| code.name()));
    Err(Error::UnknownCode { found: name.to_owned(), nearest: nearest(name, known).map(str::to_owned) })
}

/// The query for passages that are like an example, without the example itself.
fn like(index: &Index, reports: &mut Reports<'_>, example: &str) -> Result<Query, Error> {
    let place = example.rsplit_once(':').and_then(|(id, at)| Some((id.trim(), at.trim().parse::<u32>().ok()?)));
    if let Some((id, at)) = place
        && let Some(known) = reports.get(id)?
    {
        let content = &known.coded.content;
        let number = content.passages.partition_point(|passage| passage.span.end <= at);
        let Some(passage) = content.passages.get(number) else {
            return Err(Error::NoPassageAt { report: id.to_owned(), at, n_bytes: content.report.text.len() });
        };
        let text = passage.span.slice(&content.report.text);
        let found = index.like(text)?.ok_or(Error::NothingLike)?;
        return Ok(found.without(Query::of_places(vec![(id.to_owned(), number as u32)])));
    }
    // A text may well end with a colon and a number; then several words stand before it.
    if let Some((id, _)) = place.filter(|(id, _)| !id.contains(char::is_whitespace)) {
        let ids = reports.store.reports()?;
        let nearest = nearest(id, ids.iter().map(|(id, _)| id.as_str())).map(str::to_owned);
        return Err(Error::UnknownReport { found: id.to_owned(), nearest });
    }
    index.like(example)?.ok_or(Error::NothingLike)
}
