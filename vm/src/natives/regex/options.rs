//! The options of `:re.compile/2` and `:re.run/3`.

use super::Stop;
use crate::atom::Atom;
use crate::term::Term;

/// How a pattern is compiled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compile {
    pub unicode: bool,
    pub ucp: bool,
    pub caseless: bool,
    pub multiline: bool,
    pub dotall: bool,
    pub extended: bool,
    pub ungreedy: bool,
    pub no_auto_capture: bool,
    pub dupnames: bool,
    pub firstline: bool,
    pub anchored: bool,
    pub bsr_anycrlf: bool,
    pub no_start_optimize: bool,
    /// `$` only at the very end.
    pub dollar_endonly: bool,
    /// `(*LF)` and the like.
    pub newline: Option<&'static str>,
}

impl Compile {
    pub fn read(list: Term) -> Result<Compile, Stop> {
        let mut options = Compile::default();
        for option in list.list_to_vec().ok_or(Stop::Badarg)? {
            if !options.set(option)? {
                return Err(Stop::Badarg);
            }
        }
        Ok(options)
    }

    /// Whether the term is such an option.
    pub fn set(&mut self, option: Term) -> Result<bool, Stop> {
        if let Some((key, value)) = option.pair() {
            if key.as_atom().map(Atom::as_str) != Some("newline") {
                return Ok(false);
            }
            self.newline = Some(match value.as_atom().map(Atom::as_str) {
                Some("lf") => "(*LF)",
                Some("cr") => "(*CR)",
                Some("crlf") => "(*CRLF)",
                Some("any") => "(*ANY)",
                Some("anycrlf") => "(*ANYCRLF)",
                Some("nul") => "(*NUL)",
                _ => return Err(Stop::Badarg),
            });
            return Ok(true);
        }
        let Some(name) = option.as_atom().map(Atom::as_str) else {
            return Err(Stop::Badarg);
        };
        let flag = match name {
            "unicode" => &mut self.unicode,
            "ucp" => &mut self.ucp,
            "caseless" => &mut self.caseless,
            "multiline" => &mut self.multiline,
            "dotall" => &mut self.dotall,
            "extended" => &mut self.extended,
            "ungreedy" => &mut self.ungreedy,
            "no_auto_capture" => &mut self.no_auto_capture,
            "dupnames" => &mut self.dupnames,
            "firstline" => &mut self.firstline,
            "anchored" => &mut self.anchored,
            "bsr_anycrlf" => &mut self.bsr_anycrlf,
            "dollar_endonly" => &mut self.dollar_endonly,
            "no_start_optimize" => &mut self.no_start_optimize,
            // The default, and a promise that needs no keeping.
            "bsr_unicode" | "never_utf" => return Ok(true),
            _ => return Ok(false),
        };
        *flag = true;
        Ok(true)
    }

    fn flags(&self) -> [bool; 14] {
        [
            self.unicode,
            self.ucp,
            self.caseless,
            self.multiline,
            self.dotall,
            self.extended,
            self.ungreedy,
            self.no_auto_capture,
            self.dupnames,
            self.firstline,
            self.anchored,
            self.bsr_anycrlf,
            self.no_start_optimize,
            self.dollar_endonly,
        ]
    }

    /// The options as text, for a pattern's binary.
    pub fn encode(&self) -> String {
        let flags: String = self
            .flags()
            .iter()
            .map(|&flag| if flag { '1' } else { '0' })
            .collect();
        format!("{flags}{};", self.newline.unwrap_or(""))
    }

    /// Reads the text of `encode` and gives what follows it.
    pub fn decode(bytes: &[u8]) -> Option<(Compile, &[u8])> {
        let end = bytes.iter().position(|&byte| byte == b';')?;
        let (head, rest) = (bytes.get(..end)?, bytes.get(end + 1..)?);
        let flags = head.get(..14)?;
        let flag = |index: usize| flags[index] == b'1';
        let newline = match head.get(14..)? {
            b"" => None,
            b"(*LF)" => Some("(*LF)"),
            b"(*CR)" => Some("(*CR)"),
            b"(*CRLF)" => Some("(*CRLF)"),
            b"(*ANY)" => Some("(*ANY)"),
            b"(*ANYCRLF)" => Some("(*ANYCRLF)"),
            b"(*NUL)" => Some("(*NUL)"),
            _ => return None,
        };
        let options = Compile {
            unicode: flag(0),
            ucp: flag(1),
            caseless: flag(2),
            multiline: flag(3),
            dotall: flag(4),
            extended: flag(5),
            ungreedy: flag(6),
            no_auto_capture: flag(7),
            dupnames: flag(8),
            firstline: flag(9),
            anchored: flag(10),
            bsr_anycrlf: flag(11),
            no_start_optimize: flag(12),
            dollar_endonly: flag(13),
            newline,
        };
        Some((options, rest))
    }
}

/// Which groups a run gives.
pub enum Groups {
    All,
    AllButFirst,
    AllNames,
    First,
    None,
    /// Numbers and names.
    These(Vec<Term>),
}

/// The form of a group.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    Index,
    Binary,
    List,
}

/// How a pattern is run.
pub struct Run {
    pub compile: Compile,
    pub global: bool,
    pub offset: usize,
    pub not_empty: bool,
    pub not_empty_at_start: bool,
    pub groups: Groups,
    pub form: Form,
}

impl Run {
    pub fn read(list: Term) -> Result<Run, Stop> {
        let mut run = Run {
            compile: Compile::default(),
            global: false,
            offset: 0,
            not_empty: false,
            not_empty_at_start: false,
            groups: Groups::All,
            form: Form::Index,
        };
        for option in list.list_to_vec().ok_or(Stop::Badarg)? {
            run.set(option)?;
        }
        Ok(run)
    }

    fn set(&mut self, option: Term) -> Result<(), Stop> {
        if let Some(parts) = option.tuple() {
            match (parts[0].as_atom().map(Atom::as_str), &parts[1..]) {
                (Some("offset"), [offset]) => self.offset = offset.as_usize().ok_or(Stop::Badarg)?,
                (Some("capture"), [groups]) => self.groups = read_groups(*groups)?,
                (Some("capture"), [groups, form]) => {
                    self.groups = read_groups(*groups)?;
                    self.form = read_form(*form)?;
                }
                (Some("match_limit" | "match_limit_recursion"), [limit]) if limit.as_usize().is_some() => {}
                _ if self.compile.set(option)? => {}
                _ => return Err(Stop::Badarg),
            }
            return Ok(());
        }
        match option.as_atom().map(Atom::as_str) {
            Some("global") => self.global = true,
            Some("notempty") => self.not_empty = true,
            Some("notempty_atstart") => self.not_empty_at_start = true,
            Some("report_errors") => {}
            _ if self.compile.set(option)? => {}
            _ => return Err(Stop::Badarg),
        }
        Ok(())
    }
}

fn read_groups(term: Term) -> Result<Groups, Stop> {
    match term.as_atom().map(Atom::as_str) {
        Some("all") => Ok(Groups::All),
        Some("all_but_first") => Ok(Groups::AllButFirst),
        Some("all_names") => Ok(Groups::AllNames),
        Some("first") => Ok(Groups::First),
        Some("none") => Ok(Groups::None),
        Some(_) => Err(Stop::Badarg),
        None => Ok(Groups::These(term.list_to_vec().ok_or(Stop::Badarg)?)),
    }
}

fn read_form(term: Term) -> Result<Form, Stop> {
    match term.as_atom().map(Atom::as_str) {
        Some("index") => Ok(Form::Index),
        Some("binary") => Ok(Form::Binary),
        Some("list") => Ok(Form::List),
        _ => Err(Stop::Badarg),
    }
}
