// SPDX-License-Identifier: Apache-2.0
// Adds up sales: reads lines "time,region,category,quantity,cents", writes one line per region and category.
// Bytes are read by hand and everything is counted in whole numbers: little fuel, and the same bytes on every machine.
use std::slice::Iter;
use std::{env, fs, process};

const SLOTS: usize = 4096; // a power of two, half of them at most taken
const FNV: u32 = 2_166_136_261;

struct Group<'a> {
    key: &'a [u8], // "region,category"
    rows: i64,
    quantity: i64,
    cents: i64,
    least: i64,
    most: i64,
}

struct Table<'a> {
    slots: Vec<u16>, // 0, or 1 + the place of a group
    groups: Vec<Group<'a>>,
}

impl<'a> Table<'a> {
    fn group(&mut self, key: &'a [u8], hash: u32) -> Result<&mut Group<'a>, &'static str> {
        let mut slot = hash as usize & (SLOTS - 1);
        while self.slots[slot] != 0 {
            let place = self.slots[slot] as usize - 1;
            if self.groups[place].key == key {
                return Ok(&mut self.groups[place]);
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        if self.groups.len() == SLOTS / 2 {
            return Err("more than 2048 pairs of region and category");
        }
        self.groups.push(Group { key, rows: 0, quantity: 0, cents: 0, least: i64::MAX, most: i64::MIN });
        self.slots[slot] = self.groups.len() as u16;
        Ok(self.groups.last_mut().unwrap())
    }

    // Takes a line off a text.
    #[inline(never)]
    fn line(&mut self, text: &mut Iter<'a, u8>) -> Result<(), &'static str> {
        number(text, b',', 18)?;
        let start = text.as_slice();
        let hash = field(text, FNV)?;
        let hash = field(text, hash)?;
        let key = &start[..start.len() - text.len() - 1];
        let quantity = number(text, b',', 9)?;
        let cents = quantity * number(text, b'\n', 9)?;
        let group = self.group(key, hash)?;
        group.rows += 1;
        group.quantity += quantity;
        group.cents = group.cents.checked_add(cents).ok_or("a sum is over 2^63")?;
        group.least = group.least.min(cents);
        group.most = group.most.max(cents);
        Ok(())
    }
}

// Takes a whole number off a text, and the byte that ends it.
#[inline(always)]
fn number(text: &mut Iter<u8>, end: u8, digits: usize) -> Result<i64, &'static str> {
    let minus = text.as_slice().first() == Some(&b'-');
    if minus {
        text.next();
    }
    let (before, mut value) = (text.len(), 0i64);
    while let Some(&b) = text.next() {
        let digit = u32::from(b).wrapping_sub(48);
        if digit <= 9 {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit)); // what overflows is too long
        } else if b == end && (1..=digits).contains(&(before - text.len() - 1)) {
            return Ok(if minus { -value } else { value });
        } else {
            break;
        }
    }
    Err("time, quantity and cents must be whole numbers of at most 18, 9 and 9 digits, and end the line")
}

// Takes a text and its comma; gives its FNV-1a hash begun with another one.
#[inline(always)]
fn field(text: &mut Iter<u8>, mut hash: u32) -> Result<u32, &'static str> {
    while let Some(&b) = text.next() {
        match b {
            b',' => return Ok(hash),
            b'\n' => break,
            _ => hash = (hash ^ u32::from(b)).wrapping_mul(16_777_619),
        }
    }
    Err("a line needs 5 columns")
}

fn add_up(text: &[u8]) -> Result<Table, String> {
    let mut table = Table { slots: vec![0; SLOTS], groups: Vec::new() };
    let mut rest = text.iter();
    if text.starts_with(b"time,") {
        rest.find(|&&b| b == b'\n');
    }
    while !rest.as_slice().is_empty() {
        let at = text.len() - rest.len();
        table.line(&mut rest).map_err(|why| format!("in the line at byte {}: {}", at, why))?;
    }
    table.groups.sort_by_key(|group| group.key);
    Ok(table)
}

fn run() -> Result<(), String> {
    let args: Vec<String> = env::args().collect();
    if args.len() != 3 {
        return Err("usage: sales INPUT OUTPUT".to_string());
    }
    let text = fs::read(&args[1]).map_err(|e| format!("{}: {}", args[1], e))?;
    let table = add_up(&text).map_err(|why| format!("{}, {}", args[1], why))?;
    let mut out = String::new();
    for group in &table.groups {
        let key = std::str::from_utf8(group.key).map_err(|_| format!("{}: a region or category is no UTF-8", args[1]))?;
        out += &format!("{},{},{},{},{},{}\n", key, group.rows, group.quantity, group.cents, group.least, group.most);
    }
    fs::write(&args[2], out).map_err(|e| format!("{}: {}", args[2], e))
}

fn main() {
    if let Err(why) = run() {
        eprintln!("{}", why);
        process::exit(2);
    }
}
