// SPDX-License-Identifier: Apache-2.0
// What the standard library of Rust needs: files, folders, maps (randomness), clocks, sleeping, errors, an exit code.
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs, io, process, thread};

fn main() -> io::Result<()> {
    let mut words: HashMap<String, usize> = HashMap::new();
    let mut text = String::new();
    fs::File::open("input.txt")?.read_to_string(&mut text)?;
    for word in text.split_whitespace() {
        *words.entry(word.to_string()).or_default() += 1;
    }
    let mut sorted: Vec<_> = words.into_iter().collect();
    sorted.sort();
    fs::create_dir_all("out/deep")?;
    let mut file = fs::OpenOptions::new().read(true).write(true).create_new(true).open("out/deep/count")?;
    for (word, count) in &sorted {
        writeln!(file, "{} {}", word, count)?;
    }
    file.seek(SeekFrom::Start(0))?;
    let mut again = String::new();
    file.read_to_string(&mut again)?;
    print!("{}", again);
    drop(file);
    fs::rename("out/deep/count", "out/count")?;
    fs::remove_dir("out/deep")?;
    for entry in fs::read_dir("out")? {
        let entry = entry?;
        println!("{} {} {}", entry.file_name().to_string_lossy(), entry.metadata()?.len(), entry.file_type()?.is_file());
    }
    println!("{}", fs::read("missing").unwrap_err().kind() == io::ErrorKind::NotFound);
    let start = Instant::now();
    thread::sleep(Duration::from_secs(2));
    println!("{}", start.elapsed().as_secs());
    println!("{}", SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
    println!("{:?} {}", env::args().collect::<Vec<_>>(), env::var("NAME").unwrap_or_default());
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    eprintln!("{}", line.trim());
    process::exit(3);
}
