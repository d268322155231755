//! The server: a port on 127.0.0.1, one handler for what is shown and one for what is sent, and an end when it is told to.

use super::answer::{Ask, Reply, answer, problem};
use super::desk::Desk;
use super::filter::value;
use super::guard::{Guard, HEADERS, is_same};
use super::{Error, Settings};
use crate::project::Project;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Form, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use std::future::{Future, IntoFuture};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Most bytes of a form.
const MAX_FORM: usize = 256 * 1024;
/// How long open connections may take to end once the server is told to.
const PATIENCE: Duration = Duration::from_secs(2);

type Pairs = Vec<(String, String)>;

/// A server that has its port and waits to be run.
pub struct Bound {
    listener: TcpListener,
    shared: Arc<Shared>,
    /// The address to open, with the token that lets one browser in.
    pub address: String,
}

struct Shared {
    desk: Mutex<Desk>,
    guard: Guard,
    /// Gone once it has been used.
    token: Mutex<Option<String>>,
}

/// Opens a project's page: reads what it needs and takes a port.
///
/// # Errors
/// When the project has not been coded or cannot be read, or the port cannot be had.
pub fn bind(project: Project, settings: Settings) -> Result<Bound, Error> {
    let wanted = settings.port;
    let port = |source| Error::Port { port: wanted, source };
    // The port first: that it is taken should not be said after a long wait.
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, wanted))).map_err(port)?;
    listener.set_nonblocking(true).map_err(port)?;
    let number = listener.local_addr().map_err(port)?.port();
    let address = format!("http://127.0.0.1:{number}/enter?token={}", settings.token);
    let guard = Guard::new(number, settings.session.clone());
    let token = Mutex::new(Some(settings.token.clone()));
    let desk = Mutex::new(Desk::open(project, settings)?);
    Ok(Bound { listener, shared: Arc::new(Shared { desk, guard, token }), address })
}

impl Bound {
    /// What was odd about the project.
    pub fn notices(&self) -> Vec<String> {
        self.shared.desk.lock().unwrap_or_else(PoisonError::into_inner).notices.clone()
    }

    /// Serves until `end` comes; then answers what has been asked and returns.
    ///
    /// # Errors
    /// When the system does not let it go on.
    pub fn serve(self, end: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(Error::Serve)?;
        let ended = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let shared = self.shared;
            let routes = Router::new()
                .fallback_service(get(show).post(take).with_state(shared.clone()))
                .layer(DefaultBodyLimit::max(MAX_FORM))
                .layer(middleware::from_fn_with_state(shared, guarded));
            let (told, was_told) = tokio::sync::oneshot::channel();
            let end = async move {
                end.await;
                let _ = told.send(());
            };
            let server = axum::serve(listener, routes).with_graceful_shutdown(end);
            tokio::select! {
                ended = server.into_future() => ended,
                () = async { let _ = was_told.await; tokio::time::sleep(PATIENCE).await } => Ok(()),
            }
        });
        runtime.shutdown_timeout(PATIENCE);
        ended.map_err(Error::Serve)
    }
}

/// Lets in who may come in, and tells the browser what a page of ours may do.
async fn guarded(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (method, path, headers) = (request.method().clone(), request.uri().path().to_owned(), request.headers());
    let mut response = if path == "/enter" && method == Method::GET && shared.guard.is_host(headers) {
        enter(&shared, request.uri(), headers)
    } else if let Err((status, why)) = shared.guard.is_from_here(&method, headers) {
        refuse(status, why)
    } else if !shared.guard.knows(headers) {
        refuse(StatusCode::FORBIDDEN, "open the address that `codeframe review` printed; each works once")
    } else if is_too_long(headers) {
        refuse(StatusCode::PAYLOAD_TOO_LARGE, "the form is too long; nothing was recorded")
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_too_long(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    length.is_some_and(|length| length > MAX_FORM)
}

/// Exchanges the token for a cookie. The answer is a page that goes on by itself: a redirection from another site's link
/// would not carry the cookie.
fn enter(shared: &Shared, uri: &Uri, headers: &HeaderMap) -> Response {
    let given = Query::<Pairs>::try_from_uri(uri).ok();
    let given = given.as_ref().and_then(|pairs| value(pairs, "token"));
    let mut token = shared.token.lock().unwrap_or_else(PoisonError::into_inner);
    let is_right = matches!((given, token.as_ref()), (Some(given), Some(token)) if is_same(given, token));
    if is_right {
        *token = None;
    } else if !shared.guard.knows(headers) {
        return refuse(
            StatusCode::FORBIDDEN,
            "the address is not the one that was printed, or has been used; each works once. \
             End `codeframe review` with Ctrl-C and run it again",
        );
    }
    let page = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>codeframe</title>\
                <meta http-equiv=\"refresh\" content=\"0;url=/\"><p><a href=\"/\">Go on to the review page</a></p></html>";
    let mut response = Html(page).into_response();
    if is_right {
        let cookie = HeaderValue::from_str(&shared.guard.cookie()).expect("a cookie of letters and digits is legal");
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn refuse(status: StatusCode, why: &str) -> Response {
    let mut response = (status, Html(problem(status.as_u16(), why, None))).into_response();
    // What was not read of the request is not read as the next one.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn show(State(shared): State<Arc<Shared>>, uri: Uri, Query(pairs): Query<Pairs>) -> Response {
    ask(shared, Ask { is_form: false, path: uri.path().to_owned(), pairs }).await
}

async fn take(State(shared): State<Arc<Shared>>, uri: Uri, Form(pairs): Form<Pairs>) -> Response {
    ask(shared, Ask { is_form: true, path: uri.path().to_owned(), pairs }).await
}

/// Answers beside the runtime, since disk and store block.
async fn ask(shared: Arc<Shared>, ask: Ask) -> Response {
    let answered = tokio::task::spawn_blocking(move || {
        let mut desk = shared.desk.lock().unwrap_or_else(PoisonError::into_inner);
        answer(&mut desk, &ask)
    });
    match answered.await {
        Ok(Reply::Page(status, html)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Html(html)).into_response()
        }
        Ok(Reply::Go(address)) => {
            let location = HeaderValue::from_str(&address).unwrap_or(HeaderValue::from_static("/"));
            (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
        }
        Ok(Reply::File(kind, text)) => {
            ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], Body::from(text)).into_response()
        }
        Err(_) => {
            let html = problem(500, "this page could not be made", None);
            (StatusCode::INTERNAL_SERVER_ERROR, Html(html)).into_response()
        }
    }
}
