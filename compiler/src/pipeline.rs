//! The stages between text and bytecode, and showing them.

use crate::core::{self, DefinitionKind, ModuleSource};
use crate::diag::Code;
use crate::expand::{Stop, to_text};
use crate::host::HeldHost;
use crate::module::eval;
use cordial_syntax::{ParseOptions, lexer};
use cordial_vm::bytecode::disasm;
use cordial_vm::bytecode::module::ModuleFile;
use cordial_vm::exec::Held;
use std::fmt::Write;
use std::sync::Arc;

/// A stage: its name, and what shows it.
pub struct Pass {
    pub name: &'static str,
    pub shows: Shows,
}

/// Where a stage's text comes from.
#[derive(Clone, Copy)]
pub enum Shows {
    /// From the text alone.
    Text(fn(&str, &ParseOptions) -> Result<String, Stop>),
    /// From every module on its way to bytecode.
    Source(fn(&ModuleSource) -> String),
    /// From every module's bytecode.
    File(fn(&ModuleFile) -> String),
}

/// All stages, in their order.
pub static PASSES: &[Pass] = &[
    Pass {
        name: "tokens",
        shows: Shows::Text(tokens),
    },
    Pass {
        name: "quoted",
        shows: Shows::Text(quoted),
    },
    Pass {
        name: "expanded",
        shows: Shows::Source(expanded),
    },
    Pass {
        name: "core",
        shows: Shows::Source(|source| stage(source, core::Stage::Core)),
    },
    Pass {
        name: "ssa",
        shows: Shows::Source(|source| stage(source, core::Stage::Ssa)),
    },
    Pass {
        name: "bytecode",
        shows: Shows::File(disasm::module),
    },
];

/// Collects the text of a stage while modules are compiled.
pub struct Tap {
    shows: Shows,
    pub text: String,
}

impl Tap {
    /// To be called with every module before it is compiled.
    pub fn source(&mut self, source: &ModuleSource) {
        if let Shows::Source(show) = self.shows {
            self.add(show(source));
        }
    }

    /// To be called with every compiled module.
    pub fn file(&mut self, file: &ModuleFile) {
        if let Shows::File(show) = self.shows {
            self.add(show(file));
        }
    }

    fn add(&mut self, text: String) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&text);
    }
}

/// The text of a stage of a file. Stages after the quoted form run the file, as its modules are compiled by running it.
pub fn emit(held: &mut Held<'_>, stage: &str, path: &str, text: &str) -> Result<String, Stop> {
    let options = ParseOptions {
        file: Arc::from(path),
        columns: true,
        ..ParseOptions::default()
    };
    let Some(pass) = PASSES.iter().find(|pass| pass.name == stage) else {
        return Err(Stop::argument(
            Code::StageUnknown,
            format!("there is no stage {stage}"),
        ));
    };
    if let Shows::Text(show) = pass.shows {
        return show(text, &options);
    }
    let parsed = cordial_syntax::parse(text, &options).map_err(Stop::Syntax)?;
    let mut host = HeldHost::new(held);
    host.source = Some(Arc::from(text));
    host.tap = Some(Tap {
        shows: pass.shows,
        text: String::new(),
    });
    let env = eval::file_env(&mut host, Arc::from(path), true);
    eval::eval_file(&mut host, parsed.quoted, &env)?;
    Ok(host.tap.take().map(|tap| tap.text).unwrap_or_default())
}

fn tokens(text: &str, options: &ParseOptions) -> Result<String, Stop> {
    match lexer::tokenize(text, options) {
        Ok(tokens) => Ok(lexer::list_tokens(&tokens.tokens)),
        // The parser has the words for it.
        Err(_) => match cordial_syntax::parse(text, options) {
            Err(diagnostic) => Err(Stop::Syntax(diagnostic)),
            Ok(_) => Ok(String::new()),
        },
    }
}

fn quoted(text: &str, options: &ParseOptions) -> Result<String, Stop> {
    let parsed = cordial_syntax::parse(text, options).map_err(Stop::Syntax)?;
    Ok(format!("{}\n", parsed.quoted))
}

fn stage(source: &ModuleSource, stage: core::Stage) -> String {
    match core::emit_module(source, stage) {
        Ok(text) => text,
        Err(problems) => problems
            .iter()
            .map(|problem| format!("{}\n", problem.message))
            .collect(),
    }
}

fn expanded(source: &ModuleSource) -> String {
    let mut text = format!("module {}\n", source.name);
    for definition in &source.definitions {
        let kind = match definition.kind {
            DefinitionKind::Def => "def",
            DefinitionKind::Defp => "defp",
            DefinitionKind::Defmacro => "defmacro",
            DefinitionKind::Defmacrop => "defmacrop",
        };
        let _ = writeln!(text, "\n{kind} {}/{}", definition.name, definition.arity);
        for clause in &definition.clauses {
            let args: Vec<String> = clause.args.iter().map(to_text).collect();
            let guards: Vec<String> = clause
                .guards
                .iter()
                .map(|guard| format!(" when {}", to_text(guard)))
                .collect();
            let body = to_text(&clause.body).replace('\n', "\n    ");
            let _ = writeln!(text, "  ({}){} ->\n    {body}", args.join(", "), guards.concat());
        }
    }
    text
}
