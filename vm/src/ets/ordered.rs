//! Rows in the order of their keys, `==` telling keys apart: runs of at most `FULL` rows, each run sorted, in order.
//!
//! Finding a key is two searches by halves, over the runs and within one; entering moves what stands behind it in the run.
//! A walk from key to key looks first where it was last, so a step costs one comparison.

use super::store::{Cursor, Fate};
use crate::heap::{OwnedTerm, Row};
use crate::term::{self, Term};
use std::cmp::Ordering;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A row and its key, which stands in the row's own block.
struct Entry {
    key: Term,
    row: Row,
}

/// Rows of a run; never empty.
type Run = Vec<Entry>;

/// A run becomes two when it has more rows.
const FULL: usize = 512;

pub struct Ordered {
    key: usize,
    runs: Vec<Run>,
    count: usize,
    words: usize,
    /// Where the last step of a walk came to: run and place in it.
    last: AtomicU64,
}

/// Where a key stands, or would.
#[derive(Clone, Copy)]
struct Place {
    run: usize,
    at: usize,
    found: bool,
}

impl Ordered {
    pub fn new(key: usize) -> Ordered {
        Ordered {
            key,
            runs: Vec::new(),
            count: 0,
            words: 0,
            last: AtomicU64::new(0),
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn words(&self) -> usize {
        self.words + self.count * 2
    }

    fn entry(&self, row: Row) -> Entry {
        Entry {
            key: row.fields()[self.key],
            row,
        }
    }

    fn find(&self, key: Term) -> Place {
        let run = self
            .runs
            .partition_point(|run| term::compare(run[0].key, key) != Ordering::Greater)
            .saturating_sub(1);
        let Some(rows) = self.runs.get(run) else {
            return Place {
                run,
                at: 0,
                found: false,
            };
        };
        let (at, found) = match rows.binary_search_by(|entry| term::compare(entry.key, key)) {
            Ok(at) => (at, true),
            Err(at) => (at, false),
        };
        Place { run, at, found }
    }

    fn get_at(&self, place: Place) -> Option<&Entry> {
        self.runs.get(place.run)?.get(place.at)
    }

    pub fn insert(&mut self, row: Row) {
        let entry = self.entry(row);
        let place = self.find(entry.key);
        self.words += entry.row.words();
        if place.found {
            let old = std::mem::replace(&mut self.runs[place.run][place.at], entry);
            self.words -= old.row.words();
            return;
        }
        self.count += 1;
        if self.runs.is_empty() {
            return self.runs.push(vec![entry]);
        }
        let last = place.run + 1 == self.runs.len();
        let run = &mut self.runs[place.run];
        if run.len() < FULL {
            return run.insert(place.at, entry);
        }
        if last && place.at == run.len() {
            // Rows that come in order leave full runs behind.
            let mut next = Vec::with_capacity(FULL);
            next.push(entry);
            return self.runs.push(next);
        }
        let mut upper = Vec::with_capacity(FULL);
        upper.extend(run.drain(FULL / 2..));
        if place.at <= FULL / 2 {
            run.insert(place.at, entry);
        } else {
            upper.insert(place.at - FULL / 2, entry);
        }
        self.runs.insert(place.run + 1, upper);
    }

    fn remove(&mut self, place: Place) {
        let run = &mut self.runs[place.run];
        let old = run.remove(place.at);
        self.count -= 1;
        self.words -= old.row.words();
        if run.is_empty() {
            self.runs.remove(place.run);
        } else if run.len() < FULL / 8
            && let Some(next) = self.runs.get(place.run + 1)
            && next.len() < FULL / 2
        {
            let next = self.runs.remove(place.run + 1);
            self.runs[place.run].extend(next);
        }
    }

    pub fn get(&self, key: Term) -> Option<&Row> {
        let place = self.find(key);
        if !place.found {
            return None;
        }
        self.get_at(place).map(|entry| &entry.row)
    }

    pub fn lookup(&self, key: Term, visit: impl FnMut(&Row)) {
        self.get(key).into_iter().for_each(visit);
    }

    pub fn change(&mut self, key: Term, mut decide: impl FnMut(&mut Row) -> Fate) {
        let place = self.find(key);
        if !place.found {
            return;
        }
        let position = self.key;
        let entry = &mut self.runs[place.run][place.at];
        match decide(&mut entry.row) {
            Fate::Keep | Fate::Stop => {}
            Fate::Delete => self.remove(place),
            Fate::Replace(row) => {
                self.words = self.words + row.words() - entry.row.words();
                entry.key = row.fields()[position];
                entry.row = row;
            }
        }
    }

    pub fn change_all(&mut self, mut decide: impl FnMut(&mut Row) -> Fate) {
        let (position, mut count, mut words) = (self.key, self.count, self.words);
        for run in &mut self.runs {
            run.retain_mut(|entry| match decide(&mut entry.row) {
                Fate::Keep | Fate::Stop => true,
                Fate::Delete => {
                    count -= 1;
                    words -= entry.row.words();
                    false
                }
                Fate::Replace(row) => {
                    words = words + row.words() - entry.row.words();
                    entry.key = row.fields()[position];
                    entry.row = row;
                    true
                }
            });
        }
        (self.count, self.words) = (count, words);
        self.runs.retain(|run| !run.is_empty());
    }

    pub fn scan(&self, from: &Cursor, visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        match from {
            Cursor::Key(key) => self.show(self.after(key.term()), visit),
            _ => self.show(
                Place {
                    run: 0,
                    at: 0,
                    found: false,
                },
                visit,
            ),
        }
    }

    /// From the first key that is not less than this one.
    pub fn scan_from(&self, key: Term, visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        self.show(self.settled(self.find(key)), visit)
    }

    fn show(&self, from: Place, mut visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        let mut at = from.at;
        let mut stopped: Option<&Entry> = None;
        for run in self.runs.get(from.run..)? {
            for entry in &run[at..] {
                if let Some(stopped) = stopped {
                    return Some(Cursor::Key(OwnedTerm::of(stopped.key)));
                }
                if !visit(&entry.row) {
                    stopped = Some(entry);
                }
            }
            at = 0;
        }
        None
    }

    pub fn scan_back(&self, from: &Cursor, mut visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        let (first, mut end) = match from {
            Cursor::Key(key) => {
                let place = self.find(key.term());
                (place.run, place.at)
            }
            _ => (
                self.runs.len().saturating_sub(1),
                self.runs.last().map_or(0, Vec::len),
            ),
        };
        let mut stopped: Option<&Entry> = None;
        for run in self.runs.get(..=first)?.iter().rev() {
            for entry in run[..end.min(run.len())].iter().rev() {
                if let Some(stopped) = stopped {
                    return Some(Cursor::Key(OwnedTerm::of(stopped.key)));
                }
                if !visit(&entry.row) {
                    stopped = Some(entry);
                }
            }
            end = usize::MAX;
        }
        None
    }

    pub fn first(&self) -> Option<&Row> {
        self.runs.first()?.first().map(|entry| &entry.row)
    }

    pub fn last(&self) -> Option<&Row> {
        self.runs.last()?.last().map(|entry| &entry.row)
    }

    /// The place of an entry: one behind the end of a run is the start of the next.
    fn settled(&self, place: Place) -> Place {
        match self.runs.get(place.run) {
            Some(run) if place.at >= run.len() => Place {
                run: place.run + 1,
                at: 0,
                found: false,
            },
            _ => place,
        }
    }

    /// The place behind a key.
    fn after(&self, key: Term) -> Place {
        let place = self.find(key);
        self.settled(Place {
            at: place.at + place.found as usize,
            ..place
        })
    }

    /// The place of a key where the last step of a walk has been.
    fn walked(&self, key: Term) -> Option<Place> {
        let last = self.last.load(Relaxed);
        let place = Place {
            run: (last >> 32) as usize,
            at: last as u32 as usize,
            found: true,
        };
        let entry = self.get_at(place)?;
        term::compare(entry.key, key).is_eq().then_some(place)
    }

    fn step_to(&self, place: Place) -> Option<&Row> {
        let entry = self.get_at(place)?;
        self.last
            .store((place.run as u64) << 32 | place.at as u64, Relaxed);
        Some(&entry.row)
    }

    pub fn next(&self, key: Term) -> Option<&Row> {
        let place = match self.walked(key) {
            Some(place) => self.settled(Place {
                at: place.at + 1,
                ..place
            }),
            None => self.after(key),
        };
        self.step_to(place)
    }

    pub fn previous(&self, key: Term) -> Option<&Row> {
        let place = self.walked(key).unwrap_or_else(|| self.find(key));
        if place.at > 0 {
            return self.step_to(Place {
                at: place.at - 1,
                ..place
            });
        }
        let run = place.run.checked_sub(1)?;
        self.step_to(Place {
            run,
            at: self.runs[run].len() - 1,
            found: false,
        })
    }

    /// The key in the middle, if there are more rows than this.
    pub fn middle(&self, most: usize) -> Option<Term> {
        if self.count <= most {
            return None;
        }
        let run = self.runs.get(self.runs.len() / 2)?;
        if self.runs.len() > 1 {
            run.first()
        } else {
            run.get(run.len() / 2)
        }
        .map(|entry| entry.key)
    }

    /// Takes out the rows from this key on.
    pub fn split_off(&mut self, key: Term) -> Ordered {
        let place = self.find(key);
        let mut upper = Ordered::new(self.key);
        if place.run < self.runs.len() {
            upper.runs = self.runs.split_off(place.run + 1);
            let tail = self.runs[place.run].split_off(place.at);
            if !tail.is_empty() {
                upper.runs.insert(0, tail);
            }
            self.runs.retain(|run| !run.is_empty());
        }
        for run in &upper.runs {
            upper.count += run.len();
            upper.words += run.iter().map(|entry| entry.row.words()).sum::<usize>();
        }
        self.count -= upper.count;
        self.words -= upper.words;
        upper
    }
}
