//! What people call the browser that signed in.

/// How a `User-Agent` marks a browser, and its name: the first that is found. Most carry the marks of older ones too.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// The same for what it runs on.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

/// The browser and the system that a `User-Agent` names; all that it says where no browser is known from it.
pub fn name(user_agent: &str) -> String {
    let of = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (of(&BROWSERS), of(&SYSTEMS)) {
        (Some(browser), Some(system)) => [browser, system].join(" · "),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => user_agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_browser_is_named_as_people_call_it() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(name(&format!("{windows} {webkit} Edg/142.0.0.0")), "Edge · Windows");
        assert_eq!(name(&format!("{windows} {webkit}")), "Chrome · Windows");
        assert_eq!(name("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"), "Firefox · Linux");
        let telephone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        assert_eq!(name(&format!("{telephone} Version/18.6 Mobile/15E148 Safari/604.1")), "Safari · iPhone");
        assert_eq!(name(&format!("{telephone} CriOS/142.0.0.0 Mobile/15E148 Safari/604.1")), "Chrome · iPhone");
    }

    #[test]
    fn what_is_no_browser_says_what_it_says() {
        assert_eq!(name("curl/8.14.1"), "curl/8.14.1");
        assert_eq!(name(""), "");
    }
}
