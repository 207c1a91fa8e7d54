//! Hashes and external format as OTP 27 gives them: `phash2.txt` holds term_to_binary, phash2/1, phash2(_, 2^32).

use cordial_vm::code::Exports;
use cordial_vm::heap::Heap;
use cordial_vm::term::{etf, hash};

#[test]
fn as_otp_says() {
    let mut heap = Heap::new();
    for line in include_str!("phash2.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let bytes: Vec<u8> = (0..fields[0].len() / 2)
            .map(|index| u8::from_str_radix(&fields[0][index * 2..index * 2 + 2], 16).unwrap())
            .collect();
        let term = etf::decode(&mut heap, &bytes, Exports::aside(), false)
            .unwrap_or_else(|_| panic!("{line}"))
            .term;
        assert_eq!(hash::phash2(term).to_string(), fields[2], "{term}");
        assert_eq!((hash::phash2(term) & 0x7ff_ffff).to_string(), fields[1], "{term}");
        if fields[0].len() < 400 {
            assert_eq!(etf::encode(term), bytes, "{term}");
        }
    }
}
