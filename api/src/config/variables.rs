//! Every variable that is read: what `nippo serve --help` and docs/operations.md say of it.

/// A variable of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What holds where it isn't set, in Markdown.
    pub default: &'static str,
    /// What holds then with `--demo`; empty where that is the same.
    pub demo: &'static str,
    /// What it means, in Markdown.
    pub meaning: &'static str,
}

const fn variable(name: &'static str, default: &'static str, demo: &'static str, meaning: &'static str) -> Variable {
    Variable { name, default, demo, meaning }
}

/// All of them, the most needed first.
#[rustfmt::skip]
pub const VARIABLES: &[Variable] = &[
    variable("NIPPO_LISTEN", "`127.0.0.1:8080`", "", "Address and port of the server; with `--demo` a loopback one"),
    variable("NIPPO_DATABASE_URL", "`sqlite://./data/nippo.db?mode=rwc`", "`sqlite://./data/nippo-demo.db?mode=rwc`", "A SQLite file, or `postgres://…`"),
    variable("NIPPO_ORIGIN", "none: required", "both loopback names of the port", "The one origin of browsers, `https://…`; passkeys belong to its host name, and are worthless under another"),
    variable("NIPPO_DATA_KEY", "none: required", "made with the database", "A file that only its owner can read, with the keys of what is sealed in the database: lines `NAME:BASE64` of 32 bytes, the first seals, all open"),
    variable("NIPPO_SIGNING_KEY_FILE", "none: required", "a key that everybody knows", "The private key that signs access tokens: P-256, PEM (PKCS #8), readable by its owner alone; `nippo create-key FILE` makes one"),
    variable("NIPPO_OTHER_SIGNING_KEY_FILE", "none", "", "A second key of the kind, published and taken but not signing: the next one or the last one"),
    variable("NIPPO_AUDIT_FOLDER", "`./data/audit`", "none", "Where the heads of the audit chain are kept outside the database: after each commit, and signed once an hour"),
    variable("NIPPO_TRUSTED_PROXIES", "none", "", "Addresses or networks (`10.0.0.0/8,::1`), separated by commas, whose `X-Forwarded-For` counts"),
    variable("NIPPO_API_DOCS", "`authenticated`", "`public`", "Swagger UI: `off`, `authenticated`, `public` (`public` with `--demo` only)"),
    variable("NIPPO_METRICS_LISTEN", "off", "", "Address and port of the Prometheus metrics, apart from the API"),
    variable("NIPPO_LOG", "`info`", "`warn`", "A level, or directives such as `info,api=debug`"),
    variable("NIPPO_LOG_FORMAT", "`json`", "`text`", "One JSON object a line, or text for people"),
    variable("NIPPO_WORKERS", "number of cores", "", "Threads that serve HTTP"),
    variable("NIPPO_MAX_IN_FLIGHT", "`1024`", "", "Requests under way at once; further ones are answered 503"),
    variable("NIPPO_MAX_CONNECTIONS", "`4096`", "", "Connections at once; further ones wait until one ends"),
    variable("NIPPO_HEAD_SECONDS", "`5`", "", "How long the head of a request may take to arrive"),
    variable("NIPPO_BODY_SECONDS", "`10`", "", "How long the body of a request may take to arrive; then it is answered 408"),
    variable("NIPPO_BATCH_BYTES", "`262144`", "", "The most bytes of the JSON body of a batch, or of what carries adjustments with their notes; more are answered 413"),
    variable("NIPPO_BODY_BYTES", "`16384`", "", "The most bytes of another JSON body; more are answered 413"),
    variable("NIPPO_HANDLER_SECONDS", "`10`", "", "How long the work on a request may take beside the wait for its body; then it is answered 503"),
    variable("NIPPO_KEEP_ALIVE_SECONDS", "`15`", "", "How long a connection may be idle between two requests"),
    variable("NIPPO_DATABASE_SECONDS", "`5`", "", "How long to wait for a connection to the database and for the lock of its writers; then 503"),
    variable("NIPPO_RATE_LIMITS", "`on`", "", "`off` with `--demo` only"),
    variable("NIPPO_SIGN_INS_PER_MINUTE", "`20`", "", "Sign-ins per address, with a burst of twice as many"),
    variable("NIPPO_UNKNOWN_SIGN_INS_PER_MINUTE", "`1200`", "", "Sign-ins from devices and networks where their account was never signed in to, all together; more are told to come again"),
    variable("NIPPO_WRITES_PER_MINUTE", "`120`", "", "Writes per account; a health center has ten times as many"),
    variable("NIPPO_READS_PER_MINUTE", "`600`", "", "Reads per account"),
    variable("NIPPO_DRAFTS_PER_MINUTE", "`60`", "", "Drafts saved per account"),
    variable("NIPPO_CLIENT_REQUESTS_PER_MINUTE", "`120`", "", "Requests per API client, its tokens included"),
    variable("NIPPO_PASSWORD_COST", "`19456,2,1`", "", "Argon2id: memory in KiB, passes, lanes; less with `--demo` only"),
    variable("NIPPO_PASSWORD_DAYS", "never", "", "After so many days a password must be changed at the next sign-in"),
    variable("NIPPO_CODE_GATEWAY_URL", "none: no codes are sent", "codes are kept and shown", "The gateway that sends codes by text message and telephone: `https://…`, or `http://` to a loopback address"),
    variable("NIPPO_CODE_GATEWAY_KEY_FILE", "none: required with the gateway", "none", "A file that only its owner can read, with the key that signs requests to the gateway: 32 characters at least"),
    variable("NIPPO_CODE_COUNTRIES", "`81`", "", "Country codes, separated by commas, of the telephone numbers that codes go to"),
    variable("NIPPO_CODES_PER_DAY", "`10000`", "", "Codes a day by text message and telephone, over all accounts; at four fifths the log warns"),
    variable("NIPPO_DEMO_PUBLIC", "none", "", "`1` lets `--demo` listen on other than loopback addresses; `NIPPO_ORIGIN` then says what browsers see"),
    variable("NIPPO_SERVICE_NAME_JA", "`日報`", "", "The name on every page, in Japanese"),
    variable("NIPPO_SERVICE_NAME_EN", "`nippo`", "", "The name on every page, in English"),
    variable("NIPPO_HELP_DESK_EMAIL", "none", "made up", "Where to ask for help by mail"),
    variable("NIPPO_HELP_DESK_TELEPHONE", "none", "made up", "Where to ask for help by telephone"),
    variable("NIPPO_HELP_DESK_HOURS_JA", "none", "made up", "When, in Japanese"),
    variable("NIPPO_HELP_DESK_HOURS_EN", "none", "made up", "When, in English"),
    variable("NIPPO_BADGE_JA", "none", "`デモ`", "A word on every page, such as 訓練用; without one language the other stands for both"),
    variable("NIPPO_BADGE_EN", "none", "`Demo`", "The same in English"),
    variable("NIPPO_NOTICE_JA", "none", "", "A notice on every page; without one language the other stands for both"),
    variable("NIPPO_NOTICE_EN", "none", "", "The same in English"),
];

impl Variable {
    fn defaults(&self) -> String {
        if self.demo.is_empty() {
            self.default.to_owned()
        } else {
            format!("{}; with `--demo` {}", self.default, self.demo)
        }
    }

    /// Its row of the table in docs/operations.md.
    #[must_use]
    pub fn row(&self) -> String {
        format!("| `{}` | {} | {} |", self.name, self.defaults(), self.meaning)
    }
}

/// The list for `--help`, without marks.
#[must_use]
pub fn help() -> String {
    let mut text = "Environment (an empty variable counts as absent):".to_owned();
    for variable in VARIABLES {
        let line = format!("\n  {}\n      {} [default: {}]", variable.name, variable.meaning, variable.defaults());
        text.push_str(&line.replace('`', ""));
    }
    text
}
