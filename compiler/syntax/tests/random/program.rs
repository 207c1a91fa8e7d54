//! Random programs, made by following Elixir's grammar; most of them are valid.
//!
//! Every kind of token and every production has a branch here. Where the grammar forbids something only in some places
//! (nested calls without parentheses, say), the program may be wrong: then its error is what is compared.

use crate::chance::Chance;

const VARIABLES: &[&str] = &[
    "a",
    "b",
    "x",
    "foo",
    "bar?",
    "baz!",
    "_",
    "_x",
    "élan",
    "x1",
    "über_x",
    "__MODULE__",
    "__ENV__",
];
const NAMES: &[&str] = &[
    "f",
    "g",
    "foo",
    "bar?",
    "baz!",
    "if",
    "case",
    "def",
    "unquote_splicing",
    "unquote",
    "ação",
    "with",
    "sigil_x",
];
const ALIASES: &[&str] = &["A", "Foo", "Foo.Bar", "A1.B_2", "Elixir.X", "__MODULE__.A"];
const KEYS: &[&str] = &[
    "a", "foo", "do", "else", "if?", "nil", "true", "in", "and", "A", "Foo", "élan", "x@y", "+", "<<>>",
    "%{}", "{}", "..", "...", "|>", "not", "%", "&", "..//", "::",
];
const BINARY: &[&str] = &[
    "+", "-", "*", "/", "++", "--", "+++", "---", "..", "<>", "in", "not in", "|>", "<<<", ">>>", "<<~",
    "~>>", "<~", "~>", "<~>", "<", ">", "<=", ">=", "==", "!=", "=~", "===", "!==", "&&", "&&&", "and", "||",
    "|||", "or", "=", "&", "|", "::", "when", "<-", "\\\\", "**", "//", "^^^", "=>", "->", "<|>",
];
const UNARY: &[&str] = &[
    "!", "^", "not ", "+", "-", "~~~", "&", "@", "...", "++", "..", "@ ", "! ", "- ",
];
const ATOMS: &[&str] = &[
    ":a",
    ":foo?",
    ":bar!",
    ":A",
    ":a@b",
    ":Foo_1",
    ":nil",
    ":true",
    ":+",
    ":-",
    ":&&",
    ":<<>>",
    ":{}",
    ":%{}",
    ":%",
    ":..",
    ":...",
    ":..//",
    ":|>",
    ":::",
    ":.",
    ":\"a b\"",
    ":\"\"",
    ":'x y'",
    ":\"foo\"",
    ":é",
    ":not",
    ":in",
    ":->",
    ":<-",
    ":\\\\",
    ":@",
    ":!",
    ":^",
    ":~~~",
    ":=",
    ":==",
    ":=>",
    ":&",
    ":|",
    ":\"\\n\\\"\"",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "42",
    "1_000",
    "0x1F",
    "0xff_ff",
    "0b101",
    "0o17",
    "123456789012345678901234567890",
    "1.0",
    "1.5e10",
    "1.0e-3",
    "12_3.4_5",
    "1.0E+5",
    "007",
    "0.0",
    "9999999999999999.0",
    "4611686018427387904",
    "9223372036854775808",
];
const CHARACTERS: &[&str] = &[
    "?a",
    "?\\n",
    "?\\s",
    "?é",
    "?\\x41",
    "?\\u00e9",
    "?\\u{1F600}",
    "?\\\\",
    "? ",
    "?(",
    "?\"",
    "?€",
    "?\\d",
    "?\\0",
];
const ESCAPES: &[&str] = &[
    "\\n",
    "\\t",
    "\\\\",
    "\\\"",
    "\\x41",
    "\\xe9",
    "\\u00e9",
    "\\u{1F600}",
    "\\e",
    "\\z",
    "\\\n",
    "\\'",
    "\\#{",
    "\\0",
    "\\s",
];
const TEXTS: &[&str] = &[
    "",
    "a",
    "abc ",
    "é",
    "日本",
    "#",
    "# ",
    "{",
    "}",
    "x#y",
    "e\u{301}",
    "1 2",
    "%",
    "~",
    "👩‍👩‍👧",
];
const MODIFIERS: &[&str] = &["", "", "a", "uim", "X", "c2"];

pub struct Program<'c> {
    chance: &'c mut Chance,
    out: String,
    /// How much may still be written: keeps programs finite.
    left: usize,
}

/// A program of about `size` pieces.
pub fn program(chance: &mut Chance, size: usize) -> String {
    let mut program = Program {
        chance,
        out: String::new(),
        left: size,
    };
    if program.chance.one_in(8) {
        program.end_of_expression();
    }
    program.block();
    if program.chance.one_in(3) {
        program.end_of_expression();
    }
    program.out
}

impl Program<'_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn pick(&mut self, from: &[&'static str]) {
        let text = self.chance.pick(from);
        self.put(text);
    }

    /// Space where it changes nothing, or a line break, a comment, …
    fn gap(&mut self) {
        match self.chance.below(24) {
            0 => self.put("\n"),
            1 => self.put("\n  "),
            2 => self.put("  "),
            3 => self.put("\t"),
            4 => self.put(" # note\n"),
            5 => self.put("\n\n"),
            6 => self.put("\\\n"),
            7..=12 => self.put(" "),
            _ => {}
        }
    }

    fn end_of_expression(&mut self) {
        self.pick(&[
            "\n",
            "\n",
            "\n",
            "\n\n",
            ";",
            " ; ",
            "\n;",
            "\n# note\n",
            " # é\n\n\n",
            ";\n",
            "\r\n",
            "\n \n",
        ]);
    }

    fn block(&mut self) {
        self.expression();
        while self.left > 0 && self.chance.one_in(3) {
            self.end_of_expression();
            self.expression();
        }
    }

    fn expression(&mut self) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return self.leaf();
        }
        match self.chance.below(30) {
            0..=4 => self.leaf(),
            5..=9 => self.binary(),
            10 | 11 => {
                self.pick(UNARY);
                self.expression();
            }
            12 | 13 => self.parens_call(),
            14 | 15 => self.no_parens_call(),
            16 => self.block_call(),
            17 => self.remote(),
            18 => self.access(),
            19 => self.list(),
            20 => self.tuple(),
            21 => self.map(),
            22 => self.bits(),
            23 => self.function(),
            24 => self.parentheses(),
            25 => self.text(),
            26 => self.sigil(),
            27 => self.heredoc(),
            28 => self.capture(),
            _ => self.definition(),
        }
    }

    fn leaf(&mut self) {
        match self.chance.below(12) {
            0..=4 => self.pick(VARIABLES),
            5 => self.pick(NUMBERS),
            6 => self.pick(ATOMS),
            7 => self.pick(ALIASES),
            8 => self.pick(CHARACTERS),
            9 => self.pick(&[
                "true", "false", "nil", "&1", "...", "..", "[]", "{}", "%{}", "<<>>", "()", "&12",
            ]),
            10 => self.text(),
            _ => self.pick(NUMBERS),
        }
    }

    fn binary(&mut self) {
        self.expression();
        let operator = self.chance.pick(BINARY);
        let word = operator.starts_with(|c: char| c.is_ascii_alphabetic());
        if word || !self.chance.one_in(3) {
            self.put(" ");
        } else if self.chance.one_in(3) {
            self.put("\n");
        }
        self.put(operator);
        if word || !self.chance.one_in(4) {
            self.put(" ");
        }
        if self.chance.one_in(6) {
            self.put("\n");
        }
        self.expression();
    }

    // ---- Calls --------------------------------------------------------------------------------------------------

    fn arguments(&mut self) {
        let count = self.chance.below(4);
        for index in 0..count {
            if index > 0 {
                self.put(",");
                self.gap();
            }
            self.expression();
        }
        if self.chance.one_in(4) {
            if count > 0 {
                self.put(", ");
            }
            self.keywords();
        }
    }

    fn some_arguments(&mut self) {
        self.expression();
        while self.chance.one_in(3) {
            self.put(", ");
            self.expression();
        }
        if self.chance.one_in(4) {
            self.put(", ");
            self.keywords();
        }
    }

    fn keywords(&mut self) {
        loop {
            if self.chance.one_in(6) {
                self.text();
            } else {
                self.pick(KEYS);
            }
            self.put(":");
            self.pick(&[" ", " ", " ", "\n", "  "]);
            self.expression();
            if !self.chance.one_in(3) {
                return;
            }
            self.put(", ");
        }
    }

    fn between(&mut self, open: &str, close: &str, inner: impl FnOnce(&mut Self)) {
        self.put(open);
        self.gap();
        inner(self);
        if self.chance.one_in(12) {
            self.put(",");
        }
        self.gap();
        self.put(close);
    }

    fn parens_call(&mut self) {
        self.pick(NAMES);
        self.between("(", ")", Self::arguments);
        match self.chance.below(10) {
            0 => self.between("(", ")", Self::arguments),
            1 => {
                self.put(" ");
                self.do_block();
            }
            _ => {}
        }
    }

    fn no_parens_call(&mut self) {
        self.pick(NAMES);
        self.pick(&[" ", " ", " ", " ", "  ", " -", " +", " [", " @", " &", " !"]);
        if self.out.ends_with('[') {
            self.arguments();
            self.put("]");
            return;
        }
        self.some_arguments();
        if self.chance.one_in(8) {
            self.put(" ");
            self.do_block();
        }
    }

    fn block_call(&mut self) {
        self.pick(NAMES);
        self.put(" ");
        match self.chance.below(3) {
            0 => {}
            1 => {
                self.expression();
                self.put(" ");
            }
            _ => {
                self.some_arguments();
                self.put(" ");
            }
        }
        self.do_block();
    }

    fn do_block(&mut self) {
        self.put("do");
        self.pick(&["\n", "\n  ", " ", "\n\n", ";", " # note\n"]);
        self.body();
        while self.chance.one_in(3) {
            self.pick(&["\n", " ", ";"]);
            self.pick(&["else", "rescue", "catch", "after"]);
            self.pick(&["\n", "\n  ", " "]);
            self.body();
        }
        self.pick(&["\n", "\n", " ", ";", "\n\n"]);
        self.put("end");
    }

    fn body(&mut self) {
        match self.chance.below(5) {
            0 => {}
            1 | 2 => self.clauses(),
            _ => self.block(),
        }
    }

    fn clauses(&mut self) {
        loop {
            match self.chance.below(8) {
                0 => {}
                1 => {
                    self.put("(");
                    self.arguments();
                    self.put(")");
                }
                2 => {
                    self.put("(");
                    self.arguments();
                    self.put(") when ");
                    self.expression();
                }
                3 => {
                    self.some_arguments();
                    self.put(" when ");
                    self.expression();
                }
                4 => self.keywords(),
                _ => self.some_arguments(),
            }
            self.pick(&[" -> ", " ->\n", "->", " ->\n    ", " -> # note\n"]);
            if !self.chance.one_in(8) {
                self.block();
            }
            if !self.chance.one_in(3) {
                return;
            }
            self.pick(&["\n", "\n\n", ";", "\n  "]);
        }
    }

    fn remote(&mut self) {
        match self.chance.below(8) {
            0 => self.expression(),
            1..=3 => self.pick(ALIASES),
            4 => self.pick(ATOMS),
            _ => self.pick(VARIABLES),
        }
        loop {
            self.pick(&[".", ".", ".", ".", " .", "\n  .", ". ", ".\n"]);
            match self.chance.below(14) {
                0..=2 => self.pick(NAMES),
                3 | 4 => {
                    self.pick(NAMES);
                    self.between("(", ")", Self::arguments);
                }
                5 => self.between("(", ")", Self::arguments),
                6 => {
                    self.pick(NAMES);
                    self.put(" ");
                    self.some_arguments();
                    return;
                }
                7 => self.pick(ALIASES),
                8 => self.between("{", "}", Self::arguments),
                9 => self.pick(&["\"a b\"", "\"foo\"()", "'x'(1)", "\"é\" 1", "\"a\"", "\"\"()"]),
                10 => {
                    self.pick(&[
                        "+", "==", "and", "in", "fn", "do", "end", "{}", "<<>>", "..", "nil", "not", "&&",
                        "!", "@", "%{}", "=", "|>",
                    ]);
                    if self.chance.one_in(2) {
                        self.between("(", ")", Self::arguments);
                    }
                }
                11 => {
                    self.pick(NAMES);
                    self.between("[", "]", Self::expression);
                }
                12 => {
                    self.pick(NAMES);
                    self.put(" ");
                    self.do_block();
                    return;
                }
                _ => {
                    self.pick(NAMES);
                    self.between("(", ")", Self::arguments);
                    self.between("(", ")", Self::arguments);
                }
            }
            if !self.chance.one_in(4) {
                return;
            }
        }
    }

    fn access(&mut self) {
        match self.chance.below(6) {
            0 => {
                self.put("@");
                self.pick(NAMES);
            }
            1 => self.pick(&[
                "%{}",
                "[1]",
                "{1, 2}",
                "\"a\"",
                "(a)",
                "nil",
                "A",
                ":a",
                "1",
                "fn -> 1 end",
                "<<1>>",
                "~w(a)",
                "&1",
            ]),
            2 => self.parens_call(),
            _ => self.pick(VARIABLES),
        }
        self.between("[", "]", |program| {
            if program.chance.one_in(5) {
                program.keywords();
            } else {
                program.expression();
            }
        });
        if self.chance.one_in(4) {
            self.between("[", "]", Self::expression);
        }
    }

    fn capture(&mut self) {
        self.put("&");
        match self.chance.below(6) {
            0 => self.pick(&[
                "f/1",
                "A.f/2",
                "+/2",
                "&&/2",
                "Kernel.+/2",
                "not/1",
                "in/2",
                "../2",
                "..///3",
                "//2",
                ":a.b/0",
                "@/1",
                "{}/1",
            ]),
            1 => self.pick(&["1", "2", "&1", "0", "99"]),
            2 => self.between("(", ")", Self::expression),
            3 => self.between("{", "}", Self::arguments),
            _ => self.expression(),
        }
    }

    fn definition(&mut self) {
        match self.chance.below(6) {
            0 => {
                self.put("@spec ");
                self.pick(NAMES);
                self.put("(");
                self.arguments();
                self.put(") :: ");
                self.expression();
                if self.chance.one_in(2) {
                    self.put(" when ");
                    self.keywords();
                }
            }
            1 => {
                self.put("defmodule ");
                self.pick(ALIASES);
                self.put(" ");
                self.do_block();
            }
            2 => {
                self.put("for ");
                self.expression();
                self.put(" <- ");
                self.expression();
                self.put(", into: ");
                self.expression();
                self.put(", do: ");
                self.expression();
            }
            3 => {
                self.put("@");
                self.pick(NAMES);
                self.put(" ");
                self.some_arguments();
            }
            _ => {
                self.pick(&["def ", "defp ", "defmacro "]);
                self.pick(NAMES);
                self.put("(");
                self.arguments();
                self.put(")");
                if self.chance.one_in(3) {
                    self.put(" when ");
                    self.expression();
                }
                if self.chance.one_in(3) {
                    self.put(", do: ");
                    self.expression();
                } else {
                    self.put(" ");
                    self.do_block();
                }
            }
        }
    }

    // ---- Containers ---------------------------------------------------------------------------------------------

    fn list(&mut self) {
        self.between("[", "]", |program| {
            program.arguments();
            if program.chance.one_in(8) {
                program.put(" | ");
                program.expression();
            }
        });
    }

    fn tuple(&mut self) {
        self.between("{", "}", Self::arguments);
    }

    fn map(&mut self) {
        self.put("%");
        match self.chance.below(8) {
            0 | 1 => self.pick(ALIASES),
            2 => self.pick(&[
                "_",
                "^x",
                "unquote(a)",
                "@a",
                "A.b",
                "a.B",
                "name",
                "__MODULE__",
                "f()",
                "!a",
                "\"a\"",
                ":a",
            ]),
            _ => {}
        }
        self.between("{", "}", |program| {
            match program.chance.below(6) {
                0 => {
                    program.expression();
                    program.put(" | ");
                }
                1 => return program.keywords(),
                2 => return program.arguments(),
                _ => {}
            }
            loop {
                program.expression();
                program.pick(&[" => ", " => ", "=>", " =>\n"]);
                program.expression();
                if !program.chance.one_in(3) {
                    break;
                }
                program.put(",");
                program.gap();
            }
            if program.chance.one_in(4) {
                program.put(", ");
                program.keywords();
            }
        });
    }

    fn bits(&mut self) {
        self.between("<<", ">>", |program| {
            let count = program.chance.below(4);
            for index in 0..count {
                if index > 0 {
                    program.put(", ");
                }
                program.expression();
                if program.chance.one_in(2) {
                    program.put("::");
                    program.pick(&[
                        "8",
                        "binary",
                        "size(n)",
                        "size(4)-unit(2)",
                        "utf8",
                        "little-signed-integer-16",
                        "_*8",
                        "x",
                    ]);
                }
            }
        });
    }

    fn function(&mut self) {
        self.put("fn");
        self.pick(&[" ", " ", " ", "\n", ""]);
        self.clauses();
        self.pick(&[" ", "\n", "\n\n", ";"]);
        self.put("end");
        if self.chance.one_in(8) {
            self.put(".");
            self.between("(", ")", Self::arguments);
        }
    }

    fn parentheses(&mut self) {
        self.put("(");
        self.gap();
        match self.chance.below(6) {
            0 => {}
            1 => self.clauses(),
            2 => self.pick(&[";", "\n", "; ", ";\n"]),
            3 => {
                self.put(";");
                self.block();
            }
            _ => self.block(),
        }
        if self.chance.one_in(6) {
            self.end_of_expression();
        }
        self.gap();
        self.put(")");
    }

    // ---- Texts --------------------------------------------------------------------------------------------------

    fn pieces(&mut self, interpolation: bool) {
        for _ in 0..self.chance.below(4) {
            match self.chance.below(6) {
                0 => self.pick(ESCAPES),
                1 if interpolation => {
                    self.put("#{");
                    if !self.chance.one_in(8) {
                        self.block();
                    }
                    self.put("}");
                }
                _ => self.pick(TEXTS),
            }
        }
    }

    fn text(&mut self) {
        let quote = self.chance.pick(&["\"", "\"", "\"", "'"]);
        self.put(quote);
        self.pieces(true);
        self.put(quote);
    }

    fn heredoc(&mut self) {
        let quote = self.chance.pick(&[
            "\"\"\"",
            "\"\"\"",
            "'''",
            "~s\"\"\"",
            "~S'''",
            "~c\"\"\"",
            "~HTML\"\"\"",
        ]);
        let indent = self.chance.pick(&["", "  ", "    ", "\t"]);
        self.put(quote);
        self.pick(&["\n", "\n", "\n", " \n", "\r\n"]);
        for _ in 0..self.chance.below(4) {
            self.put(indent);
            self.pick(&["", "", "", "  "]);
            self.pieces(true);
            self.pick(&["\n", "\n", "\n\n", "\\\n", "\r\n"]);
        }
        if !self.chance.one_in(10) {
            self.put(indent);
        }
        self.put(&quote[quote.len() - 3..]);
        if quote.starts_with('~') {
            self.pick(MODIFIERS);
        }
    }

    fn sigil(&mut self) {
        self.put("~");
        let name = self
            .chance
            .pick(&["s", "S", "r", "w", "W", "c", "C", "D", "x", "X1", "HTML", "T"]);
        self.put(name);
        let (open, close) = self.chance.pick(&[
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("<", ">"),
            ("/", "/"),
            ("|", "|"),
            ("\"", "\""),
            ("'", "'"),
        ]);
        self.put(open);
        self.pieces(name.starts_with(|c: char| c.is_ascii_lowercase()));
        if self.chance.one_in(8) {
            self.put("\\");
            self.put(close);
        }
        self.put(close);
        self.pick(MODIFIERS);
    }
}
