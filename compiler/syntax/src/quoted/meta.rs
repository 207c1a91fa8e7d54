//! `Meta`: the metadata of a node, a keyword list in Elixir's order.

use super::{Quoted, Symbol, known};

/// Keyword metadata. `line` and `column` are kept unboxed, as nearly every node has just those.
#[derive(Clone, PartialEq)]
pub struct Meta {
    line: u32,
    column: u32,
    /// How many of `rest` come before `line`.
    before: u32,
    #[allow(clippy::box_collection)] // one word when empty
    rest: Option<Box<Vec<(Symbol, Quoted)>>>,
}

/// Stands for "no line" or "no column" (0 is a line that programs do write).
const ABSENT: u32 = u32::MAX;

impl Default for Meta {
    fn default() -> Meta {
        Meta::EMPTY
    }
}

impl Meta {
    pub const EMPTY: Meta = Meta {
        line: ABSENT,
        column: ABSENT,
        before: 0,
        rest: None,
    };

    pub fn new() -> Meta {
        Meta::EMPTY
    }

    pub fn at_line(line: u32) -> Meta {
        Meta { line, ..Meta::EMPTY }
    }

    pub fn at(line: u32, column: u32) -> Meta {
        Meta {
            line,
            column,
            ..Meta::EMPTY
        }
    }

    pub fn from_pairs(pairs: impl IntoIterator<Item = (Symbol, Quoted)>) -> Meta {
        let mut meta = Meta::EMPTY;
        for (key, value) in pairs {
            meta.push(key, value);
        }
        meta
    }

    /// The metadata that a keyword list spells; none if it is no keyword list.
    pub fn from_list(list: &Quoted) -> Option<Meta> {
        let Quoted::List(items) = list else { return None };
        let mut meta = Meta::EMPTY;
        for item in items {
            let Quoted::Pair(pair) = item else { return None };
            let Quoted::Atom(key) = pair.0 else { return None };
            meta.push(key, pair.1.clone());
        }
        Some(meta)
    }

    /// 0 if there is none.
    pub fn line(&self) -> u32 {
        self.position(known::LINE)
    }

    /// 0 if there is none.
    pub fn column(&self) -> u32 {
        self.position(known::COLUMN)
    }

    fn position(&self, key: Symbol) -> u32 {
        match self.int(key) {
            Some(number) => u32::try_from(number).unwrap_or(0),
            None => 0,
        }
    }

    pub fn get(&self, key: Symbol) -> Option<Quoted> {
        if key == known::LINE && self.line != ABSENT {
            return Some(Quoted::Int(i64::from(self.line)));
        }
        if key == known::COLUMN && self.column != ABSENT {
            return Some(Quoted::Int(i64::from(self.column)));
        }
        self.get_ref(key).cloned()
    }

    /// As `get`, without a copy, for keys other than `line` and `column`.
    pub fn get_ref(&self, key: Symbol) -> Option<&Quoted> {
        self.rest()
            .iter()
            .find(|(k, _)| *k == key)
            .map(|(_, value)| value)
    }

    pub fn has(&self, key: Symbol) -> bool {
        self.get(key).is_some()
    }

    pub fn int(&self, key: Symbol) -> Option<i64> {
        match self.get(key) {
            Some(Quoted::Int(number)) => Some(number),
            _ => None,
        }
    }

    pub fn atom(&self, key: Symbol) -> Option<Symbol> {
        match self.get_ref(key) {
            Some(Quoted::Atom(atom)) => Some(*atom),
            _ => None,
        }
    }

    /// True if the key's value is `true`.
    pub fn is_true(&self, key: Symbol) -> bool {
        self.atom(key) == Some(known::TRUE)
    }

    /// Removes the key and puts it in front, as `Keyword.put/3`; a line or column that is there is changed in place.
    pub fn set(&mut self, key: Symbol, value: impl Into<Quoted>) {
        let value = value.into();
        if let (Quoted::Int(number), true) = (&value, key == known::LINE || key == known::COLUMN)
            && let Ok(number) = u32::try_from(*number)
            && number != ABSENT
        {
            let slot = if key == known::LINE {
                &mut self.line
            } else {
                &mut self.column
            };
            if *slot != ABSENT {
                *slot = number;
                return;
            }
        }
        self.remove(key);
        self.push_front(key, value);
    }

    #[must_use]
    pub fn with(mut self, key: Symbol, value: impl Into<Quoted>) -> Meta {
        self.set(key, value);
        self
    }

    /// Adds in front, whether or not the key is there.
    pub fn push_front(&mut self, key: Symbol, value: impl Into<Quoted>) {
        let value = value.into();
        if self.is_empty() {
            return self.push(key, value);
        }
        if (self.line == ABSENT && self.column == ABSENT) || self.before != ABSENT {
            self.before += u32::from(self.line != ABSENT || self.column != ABSENT);
            self.rest.get_or_insert_default().insert(0, (key, value));
        }
    }

    /// Adds at the end, whether or not the key is there.
    pub fn push(&mut self, key: Symbol, value: impl Into<Quoted>) {
        let value = value.into();
        if let Quoted::Int(number) = value
            && let Ok(number) = u32::try_from(number)
            && number != ABSENT
        {
            let rest = self.rest().len() as u32;
            let compact = self.line != ABSENT || self.column != ABSENT;
            if key == known::LINE && !compact {
                self.line = number;
                self.before = rest;
                return;
            }
            if key == known::COLUMN && self.column == ABSENT && (!compact || self.before == rest) {
                self.column = number;
                self.before = rest;
                return;
            }
        }
        self.rest.get_or_insert_default().push((key, value));
    }

    pub fn remove(&mut self, key: Symbol) -> Option<Quoted> {
        let found = self.get(key);
        if key == known::LINE {
            self.line = ABSENT;
        }
        if key == known::COLUMN {
            self.column = ABSENT;
        }
        if let Some(rest) = &mut self.rest {
            let mut index = 0;
            let before = self.before;
            rest.retain(|(k, _)| {
                let keep = *k != key;
                if !keep && index < before {
                    self.before -= 1;
                }
                index += 1;
                keep
            });
        }
        found
    }

    #[must_use]
    pub fn without(mut self, key: Symbol) -> Meta {
        self.remove(key);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.line == ABSENT && self.column == ABSENT && self.rest().is_empty()
    }

    /// All entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, Quoted)> + '_ {
        let rest = self.rest();
        let (before, after) = rest.split_at((self.before as usize).min(rest.len()));
        let position = |key, number: u32| (number != ABSENT).then(|| (key, Quoted::Int(i64::from(number))));
        before
            .iter()
            .cloned()
            .chain(position(known::LINE, self.line))
            .chain(position(known::COLUMN, self.column))
            .chain(after.iter().cloned())
    }

    /// As the keyword list that Elixir code sees.
    pub fn to_list(&self) -> Quoted {
        Quoted::keyword(self.iter())
    }

    fn rest(&self) -> &[(Symbol, Quoted)] {
        self.rest.as_deref().map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(meta: &Meta) -> String {
        meta.to_list().to_string()
    }

    #[test]
    fn order_is_kept() {
        let mut meta = Meta::at(1, 2);
        meta.push(known::PARENS, Quoted::NIL);
        meta.push_front(known::DO, Quoted::TRUE);
        assert_eq!(shown(&meta), "[do: true, line: 1, column: 2, parens: nil]");
        assert_eq!(meta.line(), 1);
        meta.set(known::LINE, 9);
        meta.set(known::PARENS, 3);
        assert_eq!(shown(&meta), "[parens: 3, do: true, line: 9, column: 2]");
        meta.remove(known::PARENS);
        meta.remove(known::LINE);
        assert_eq!(shown(&meta), "[do: true, column: 2]");
        assert_eq!(meta.line(), 0);
    }

    #[test]
    fn odd_orders_survive() {
        let pairs = [
            (known::COLUMN, Quoted::Int(4)),
            (known::DO, Quoted::NIL),
            (known::LINE, Quoted::Int(0)),
        ];
        let meta = Meta::from_pairs(pairs.clone());
        assert_eq!(meta.iter().collect::<Vec<_>>(), pairs);
        assert_eq!(meta.get(known::LINE), Some(Quoted::Int(0)));
    }
}
