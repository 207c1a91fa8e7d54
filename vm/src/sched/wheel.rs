//! A hierarchical timer wheel: six rings of 64 places, a millisecond to 64^5 milliseconds a place.
//! (G. Varghese, T. Lauck: Hashed and hierarchical timing wheels, 1987.)
//!
//! An entry stands in the ring of the highest six-bit digit in which its time differs from the wheel's; it moves to a lower
//! ring when the wheel reaches that digit. Entering and cancelling take constant time.

const RINGS: usize = 6;
const PLACES: usize = 64;
const NONE: u32 = u32::MAX;
/// The furthest time ahead; later ones are clamped.
pub const HORIZON: u64 = 1 << (6 * RINGS);

/// Names an entry, also after it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    index: u32,
    generation: u32,
}

struct Entry<T> {
    at: u64,
    value: Option<T>,
    next: u32,
    previous: u32,
    place: u16,
    generation: u32,
}

pub struct Wheel<T> {
    now: u64,
    heads: Box<[[u32; PLACES]; RINGS]>,
    occupied: [u64; RINGS],
    entries: Vec<Entry<T>>,
    free: u32,
    count: usize,
}

impl<T> Default for Wheel<T> {
    fn default() -> Self {
        Wheel {
            now: 0,
            heads: Box::new([[NONE; PLACES]; RINGS]),
            occupied: [0; RINGS],
            entries: Vec::new(),
            free: NONE,
            count: 0,
        }
    }
}

impl<T> Wheel<T> {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Enters a value for time `at`; one that is not in the future is due at the next tick.
    pub fn insert(&mut self, at: u64, value: T) -> Key {
        let at = at.max(self.now + 1).min(self.now + HORIZON - 1);
        let index = if self.free == NONE {
            self.entries.push(Entry {
                at,
                value: Some(value),
                next: NONE,
                previous: NONE,
                place: 0,
                generation: 0,
            });
            (self.entries.len() - 1) as u32
        } else {
            let index = self.free;
            let entry = &mut self.entries[index as usize];
            self.free = entry.next;
            entry.at = at;
            entry.value = Some(value);
            index
        };
        self.count += 1;
        self.link(index);
        Key {
            index,
            generation: self.entries[index as usize].generation,
        }
    }

    /// When the entry is due, and its value.
    pub fn get(&self, key: Key) -> Option<(u64, &T)> {
        let entry = self.entries.get(key.index as usize)?;
        let value = entry.value.as_ref()?;
        (entry.generation == key.generation).then_some((entry.at, value))
    }

    pub fn cancel(&mut self, key: Key) -> Option<(u64, T)> {
        self.get(key)?;
        self.unlink(key.index);
        self.release(key.index)
    }

    fn release(&mut self, index: u32) -> Option<(u64, T)> {
        let free = self.free;
        let entry = &mut self.entries[index as usize];
        let value = entry.value.take()?;
        entry.generation = entry.generation.wrapping_add(1);
        entry.next = free;
        self.free = index;
        self.count -= 1;
        Some((self.entries[index as usize].at, value))
    }

    fn link(&mut self, index: u32) {
        let at = self.entries[index as usize].at;
        let differ = (at ^ self.now) | (PLACES as u64 - 1);
        let ring = ((63 - differ.leading_zeros()) / 6).min(RINGS as u32 - 1) as usize;
        let place = (at >> (6 * ring)) as usize % PLACES;
        let head = self.heads[ring][place];
        if head != NONE {
            self.entries[head as usize].previous = index;
        }
        let entry = &mut self.entries[index as usize];
        entry.next = head;
        entry.previous = NONE;
        entry.place = (ring * PLACES + place) as u16;
        self.heads[ring][place] = index;
        self.occupied[ring] |= 1 << place;
    }

    fn unlink(&mut self, index: u32) {
        let entry = &self.entries[index as usize];
        let (next, previous, place) = (entry.next, entry.previous, entry.place as usize);
        if next != NONE {
            self.entries[next as usize].previous = previous;
        }
        if previous != NONE {
            self.entries[previous as usize].next = next;
        } else {
            let (ring, place) = (place / PLACES, place % PLACES);
            self.heads[ring][place] = next;
            if next == NONE {
                self.occupied[ring] &= !(1 << place);
            }
        }
    }

    /// The next time at which there is something to do: an entry is due or moves down.
    pub fn next(&self) -> Option<u64> {
        for ring in 0..RINGS {
            if self.occupied[ring] == 0 {
                continue;
            }
            let shift = 6 * ring;
            let here = (self.now >> shift) % PLACES as u64;
            let ahead = self.occupied[ring].rotate_right(here as u32).trailing_zeros() as u64;
            let base = self.now >> shift;
            let mut at = (base + ahead) << shift;
            if at <= self.now && ahead == 0 && ring > 0 {
                // The place of the present itself: a whole turn of the ring ahead.
                at = (base + PLACES as u64) << shift;
            }
            return Some(at.max(self.now));
        }
        None
    }

    /// Moves on to `now`, and gives every entry that is due by then, earliest tick first.
    pub fn advance(&mut self, now: u64, due: &mut Vec<T>) {
        while let Some(at) = self.next() {
            if at > now {
                break;
            }
            self.now = self.now.max(at);
            for ring in (0..RINGS).rev() {
                let place = (self.now >> (6 * ring)) as usize % PLACES;
                if self.occupied[ring] >> place & 1 == 0 {
                    continue;
                }
                let mut index = std::mem::replace(&mut self.heads[ring][place], NONE);
                self.occupied[ring] &= !(1 << place);
                // The list has the newest entry first.
                let mut batch = Vec::new();
                while index != NONE {
                    batch.push(index);
                    index = self.entries[index as usize].next;
                }
                for index in batch.into_iter().rev() {
                    if self.entries[index as usize].at <= self.now {
                        due.extend(self.release(index).map(|(_, value)| value));
                    } else {
                        self.link(index);
                    }
                }
            }
        }
        self.now = self.now.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_comes_at_its_time() {
        let mut wheel = Wheel::default();
        let mut seed: u64 = 7;
        let mut random = || {
            seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            seed >> 33
        };
        let mut now = 0;
        let mut pending = std::collections::BTreeMap::new();
        for step in 0..20_000u64 {
            if step % 3 != 2 {
                let at = now + 1 + random() % (1 << (random() % 30));
                let key = wheel.insert(at, step);
                pending.insert(step, (at, key));
            } else if random() % 4 == 0 {
                if let Some((&step, &(at, key))) = pending.iter().next() {
                    assert_eq!(wheel.cancel(key), Some((at, step)));
                    assert_eq!(wheel.cancel(key), None);
                    pending.remove(&step);
                }
            } else {
                now += random() % 5000;
                let mut due = Vec::new();
                wheel.advance(now, &mut due);
                for step in due {
                    let (at, _) = pending.remove(&step).expect("each comes once");
                    assert!(at <= now, "{at} came at {now}");
                }
                assert!(pending.values().all(|(at, _)| *at > now), "none is left behind");
            }
        }
        assert_eq!(wheel.len(), pending.len());
    }

    #[test]
    fn order_of_entering_is_kept_within_a_tick() {
        let mut wheel = Wheel::default();
        for value in 0..5 {
            wheel.insert(100_000, value);
        }
        let mut due = Vec::new();
        wheel.advance(99_999, &mut due);
        assert!(due.is_empty());
        wheel.advance(100_000, &mut due);
        assert_eq!(due, [0, 1, 2, 3, 4]);
    }
}
