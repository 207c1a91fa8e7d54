//! A compiled pattern, and the cache of them.

use super::Stop;
use super::options::Compile;
use crate::atom::Atom;
use crate::term::Term;
use parking_lot::Mutex;
use pcre2::bytes::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock};

/// What every pattern's binary begins with.
const MARK: &[u8] = b"cordial-re:";

/// More patterns than this are seldom alive at once; when there are, the cache starts anew.
const CACHE: usize = 1024;

/// The ways one pattern is matched: as it is, and for the next match after an empty one.
pub struct Pattern {
    /// What stands for it in a term.
    pub encoded: Vec<u8>,
    pub options: Compile,
    pub plain: Regex,
    source: String,
}

pub struct CompileError {
    pub message: String,
    pub offset: usize,
}

type Variants = FxHashMap<(Vec<u8>, Variant), Arc<Regex>>;

static PATTERNS: LazyLock<Mutex<FxHashMap<Vec<u8>, Arc<Pattern>>>> = LazyLock::new(Default::default);
static VARIANTS: LazyLock<Mutex<Variants>> = LazyLock::new(Default::default);

/// A match that must not be empty, or not empty where it starts and starting right there.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    pub anchored: bool,
    pub not_empty: bool,
    pub not_empty_at_start: bool,
}

impl Variant {
    pub const PLAIN: Variant = Variant {
        anchored: false,
        not_empty: false,
        not_empty_at_start: false,
    };
}

impl Pattern {
    /// Compiles a source, or finds it in the cache.
    pub fn new(options: &Compile, source: &[u8]) -> Result<Arc<Pattern>, CompileError> {
        let encoded = [MARK, options.encode().as_bytes(), source].concat();
        if let Some(found) = PATTERNS.lock().get(&encoded) {
            return Ok(found.clone());
        }
        let source = pattern_text(options, source)?;
        let plain = build(options, &source, Variant::PLAIN)?;
        let pattern = Arc::new(Pattern {
            encoded: encoded.clone(),
            options: options.clone(),
            plain,
            source,
        });
        let mut patterns = PATTERNS.lock();
        if patterns.len() >= CACHE {
            patterns.clear();
        }
        patterns.insert(encoded, pattern.clone());
        Ok(pattern)
    }

    /// The pattern of `{:re_pattern, …}`.
    pub fn of(term: Term) -> Result<Arc<Pattern>, Stop> {
        let parts = term
            .tuple()
            .filter(|parts| parts.len() == 5)
            .ok_or(Stop::Badarg)?;
        if parts[0].as_atom().map(Atom::as_str) != Some("re_pattern") {
            return Err(Stop::Badarg);
        }
        let encoded = parts[4].bytes().ok_or(Stop::Badarg)?;
        if let Some(found) = PATTERNS.lock().get(encoded.as_ref()) {
            return Ok(found.clone());
        }
        let rest = encoded.strip_prefix(MARK).ok_or(Stop::Badarg)?;
        let (options, source) = Compile::decode(rest).ok_or(Stop::Badarg)?;
        Pattern::new(&options, source).map_err(|_| Stop::Badarg)
    }

    /// The number of groups without the whole match.
    pub fn groups(&self) -> usize {
        self.plain.captures_len() - 1
    }

    /// Names and numbers of the named groups, by name.
    pub fn names(&self) -> Vec<(String, usize)> {
        let names = self.plain.capture_names().iter().enumerate();
        let mut found: Vec<(String, usize)> = names
            .filter_map(|(index, name)| name.clone().map(|name| (name, index)))
            .collect();
        found.sort();
        found
    }

    pub fn variant(&self, variant: Variant) -> Result<Arc<Regex>, Stop> {
        let key = (self.encoded.clone(), variant);
        if let Some(found) = VARIANTS.lock().get(&key) {
            return Ok(found.clone());
        }
        let built = Arc::new(build(&self.options, &self.source, variant).map_err(|_| Stop::Badarg)?);
        let mut variants = VARIANTS.lock();
        if variants.len() >= CACHE {
            variants.clear();
        }
        variants.insert(key, built.clone());
        Ok(built)
    }
}

/// The crate takes patterns as text. Without the unicode option a pattern is bytes: those above 127 are written as escapes.
fn pattern_text(options: &Compile, source: &[u8]) -> Result<String, CompileError> {
    if options.unicode {
        return String::from_utf8(source.to_vec()).map_err(|error| CompileError {
            message: "invalid UTF-8 string".into(),
            offset: error.utf8_error().valid_up_to(),
        });
    }
    let mut text = String::with_capacity(source.len());
    for &byte in source {
        match byte {
            0..=127 => text.push(byte as char),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    Ok(text)
}

/// Each `$` that stands for the end as `\z`.
fn end_only(source: &str) -> String {
    let (mut text, mut class, mut chars) = (
        String::with_capacity(source.len()),
        false,
        source.chars().peekable(),
    );
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                text.push(c);
                text.extend(chars.next());
                continue;
            }
            '[' if !class => {
                class = true;
                text.push(c);
                // A closing bracket that comes first belongs to the class.
                text.extend(chars.next_if_eq(&'^'));
                text.extend(chars.next_if_eq(&']'));
                continue;
            }
            ']' => class = false,
            '$' if !class => {
                text.push_str("\\z");
                continue;
            }
            _ => {}
        }
        text.push(c);
    }
    text
}

fn build(options: &Compile, source: &str, variant: Variant) -> Result<Regex, CompileError> {
    let rewritten;
    let source = if options.dollar_endonly && !options.multiline {
        rewritten = end_only(source);
        &rewritten
    } else {
        source
    };
    let mut prefix = String::new();
    // Verbs come first.
    prefix.push_str(options.newline.unwrap_or(""));
    for (set, verb) in [
        (options.bsr_anycrlf, "(*BSR_ANYCRLF)"),
        (options.no_start_optimize, "(*NO_START_OPT)"),
        (variant.not_empty, "(*NOTEMPTY)"),
        (variant.not_empty_at_start, "(*NOTEMPTY_ATSTART)"),
        (options.ungreedy, "(?U)"),
        (options.no_auto_capture, "(?n)"),
        (options.dupnames, "(?J)"),
    ] {
        if set {
            prefix.push_str(verb);
        }
    }
    let anchored = options.anchored || variant.anchored;
    if anchored {
        prefix.push_str("\\G(?:");
    }
    // A comment of an extended pattern must not swallow the closing parenthesis.
    let suffix = match (anchored, options.extended) {
        (false, _) => "",
        (true, false) => ")",
        (true, true) => "\n)",
    };
    RegexBuilder::new()
        .utf(options.unicode)
        .ucp(options.ucp)
        .caseless(options.caseless)
        .multi_line(options.multiline)
        .dotall(options.dotall)
        .extended(options.extended)
        .jit_if_available(true)
        .build(&format!("{prefix}{source}{suffix}"))
        .map_err(|error| CompileError {
            offset: error
                .offset()
                .unwrap_or(0)
                .saturating_sub(prefix.len())
                .min(source.len()),
            message: message(&error),
        })
}

/// The library's own words, without what the crate puts before them.
fn message(error: &pcre2::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(": ")
        .map_or(text.clone(), |(_, message)| message.to_string())
}
