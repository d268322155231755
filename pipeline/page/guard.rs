//! Who may talk to the page: the browser that was given its address, and pages that came from it. Another page in that
//! browser cannot reach it by another name (Host), nor send forms or read anything (Origin, Sec-Fetch-Site, a cookie that
//! is not sent across sites), and what is shown can neither load nor send anything elsewhere (the content policy).

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

/// What a browser is told with every answer.
pub const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: then browsers send no Origin with forms.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Whom the server lets in.
pub struct Guard {
    port: u16,
    session: String,
}

impl Guard {
    /// The guard of a server on a port.
    pub fn new(port: u16, session: String) -> Guard {
        Guard { port, session }
    }

    /// Whether the request names this server and none of its headers says that another site sent it; else why not.
    pub fn is_from_here(&self, method: &Method, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let host = only(headers, header::HOST);
        let Some(host) = host.filter(|host| hosts.iter().any(|known| known == host)) else {
            return Err((StatusCode::MISDIRECTED_REQUEST, "this server answers to 127.0.0.1 only"));
        };
        let other = (StatusCode::FORBIDDEN, "the request came from another site");
        let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
        let is_own = |origin: &[u8]| origin == format!("http://{host}").as_bytes();
        if origin.is_some_and(|origin| !is_own(origin)) {
            return Err(other);
        }
        // Every browser says with a form where it comes from.
        if origin.is_none() && *method != Method::GET {
            return Err(other);
        }
        match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
            None | Some(b"same-origin" | b"none") => Ok(()),
            Some(_) => Err(other),
        }
    }

    /// Whether the request's host is this server, for the one address that may be opened from anywhere.
    pub fn is_host(&self, headers: &HeaderMap) -> bool {
        let host = only(headers, header::HOST);
        host.is_some_and(|host| {
            host == format!("127.0.0.1:{}", self.port) || host == format!("localhost:{}", self.port)
        })
    }

    /// Whether the browser has the session's cookie.
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let name = self.name();
        let mut values = cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .filter(|(known, _)| *known == name);
        values.any(|(_, value)| is_same(value, &self.session))
    }

    /// The header that gives the browser its cookie.
    pub fn cookie(&self) -> String {
        format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.name(), self.session)
    }

    /// Cookies do not tell ports apart, so that two pages at once need two names.
    fn name(&self) -> String {
        format!("codeframe_{}", self.port)
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// The value of a header that stands there once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}
