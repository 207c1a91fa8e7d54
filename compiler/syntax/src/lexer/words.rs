//! Longer messages of the lexer.

pub const MAP_BRACKET: &str = "expected %{ to define a map, got: ";

pub const SPACE_IN_MAP: &str = "unexpected space between % and {\n\nIf you want to define a map, write %{...}, with no spaces.\nIf you want to define a struct, write %StructName{...}.\n\nSyntax error before: ";

pub const KEY_WITHOUT_SPACE: &str = "keyword argument must be followed by space after: ";

pub const SIGIL_NAME: &str = "invalid sigil name, it should be either a one-letter lowercase letter or an uppercase letter optionally followed by uppercase letters and digits, got: ";

pub const SIGIL_DELIMITER: &str = "invalid sigil delimiter: ";

pub const HEREDOC_START: &str =
    "heredoc allows only whitespace characters followed by a new line after opening ";

/// A code point as Elixir's lexer writes it: in four digits, or not at all.
pub fn code_point(c: char) -> String {
    match c as u32 {
        code @ ..=0xffff => format!("U+{code:04X}"),
        _ => "U+****".to_owned(),
    }
}

pub fn number_followed_by(character: char, number: &str) -> String {
    format!(
        "invalid character \"{character}\" after number {number}. If you intended to write a number, \
         make sure to separate the number from the character (using comma, space, etc). \
         If you meant to write a function name or a variable, note that identifiers in Elixir cannot start with \
         numbers. Unexpected token: "
    )
}

pub fn call_of_alias(alias: &str) -> String {
    format!(
        "unexpected ( after alias {alias}. Function names and identifiers in Elixir start with lowercase \
         characters or underscore. For example:\n\n    hello_world()\n    _starting_with_underscore()\n    \
         numb3rs_are_allowed()\n    may_finish_with_question_mark?()\n    may_finish_with_exclamation_mark!()\n\n\
         Unexpected token: "
    )
}

pub fn outdented_heredoc(delimiter: &str) -> String {
    format!(
        "outdented heredoc line. The contents inside the heredoc should be indented at the same level as the \
         closing {delimiter}. The following is forbidden:\n\n    def text do\n      \"\"\"\n    contents\n      \
         \"\"\"\n    end\n\nInstead make sure the contents are indented as much as the heredoc closing:\n\n    \
         def text do\n      \"\"\"\n      contents\n      \"\"\"\n    end\n\nThe current heredoc line is indented \
         too little"
    )
}

pub const SINGLE_QUOTES: &str = "using single-quoted strings to represent charlists is deprecated.\nUse ~c\"\" if you indeed want a charlist or use \"\" instead.\nYou may run \"mix format --migrate\" to change all single-quoted\nstrings to use the ~c sigil and fix this warning.";

pub const SINGLE_QUOTED_KEY: &str = "single quotes around keywords are deprecated. Use double quotes instead";

pub const SINGLE_HEREDOC: &str =
    "single-quoted string represent charlists. Use ~c''' if you indeed want a charlist or use \"\"\" instead";

pub fn quoted_atom(name: &str) -> String {
    format!(
        "found quoted atom \"{name}\" but the quotes are not required. Atoms made exclusively of ASCII letters, \
         numbers, underscores, beginning with a letter or underscore, and optionally ending with ! or ? do not \
         require quotes"
    )
}

pub fn quoted_key(name: &str) -> String {
    format!(
        "found quoted keyword \"{name}\" but the quotes are not required. Note that keywords are always atoms, \
         even when quoted. Similar to atoms, keywords made exclusively of ASCII letters, numbers, and underscores \
         and not beginning with a number do not require quotes"
    )
}

pub fn quoted_call(name: &str) -> String {
    format!(
        "found quoted call \"{name}\" but the quotes are not required. Calls made exclusively of Unicode letters, \
         numbers, and underscores and not beginning with a number do not require quotes"
    )
}

pub fn ambiguous_bang(name: &str, mark: char) -> String {
    let bare = &name[..name.len() - 1];
    format!(
        "found identifier \"{name}\", ending with \"{mark}\", followed by =. It is unclear if you mean \
         \"{bare} {mark}=\" or \"{name} =\". Please add a space before or after {mark} to remove the ambiguity"
    )
}

pub const DO_AFTER_COMMA: &str = ". In case you wanted to write a \"do\" expression, you must either use do-blocks or separate the keyword argument with comma. For example, you should either write:\n\n    if some_condition? do\n      :this\n    else\n      :that\n    end\n\nor the equivalent construct:\n\n    if(some_condition?, do: :this, else: :that)\n\nwhere \"some_condition?\" is the first argument and the second argument is a keyword list.\n\nYou may see this error if you forget a trailing comma before the \"do\" in a \"do\" block";

pub const DO_AFTER_FN: &str = ". Anonymous functions are written as:\n\n    fn pattern -> expression end\n\nPlease remove the \"do\" keyword";
