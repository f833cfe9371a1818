// SPDX-License-Identifier: Apache-2.0
//! Bodies that attract each other, begun at random places: each step moves them for a while and appends where they are to a file that stays open.
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use peercompute_step::{program, Answer, Program};

const BODIES: usize = 12;
const NAMES: [&str; 4] = ["north", "east", "south", "west"];

#[derive(Clone, Copy, Default)]
struct Body {
    at: [f64; 3],
    speed: [f64; 3],
    mass: f64,
}

struct Orbits {
    bodies: Vec<Body>,
    orbit: File,
    /// How often a body was seen in each quarter; hashed with a key from random_get, so its order in memory is that of the seed.
    seen: HashMap<&'static str, u64>,
    steps: u64,
    last: u64,
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A number below 1 from bits that every machine draws alike.
fn draw(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*state >> 11) as f64 / (1u64 << 53) as f64
}

impl Orbits {
    fn advance(&mut self, dt: f64) {
        for i in 0..self.bodies.len() {
            for j in i + 1..self.bodies.len() {
                let (a, b) = (self.bodies[i], self.bodies[j]);
                let d = [a.at[0] - b.at[0], a.at[1] - b.at[1], a.at[2] - b.at[2]];
                let square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + 0.01;
                let pull = dt / (square * square.sqrt());
                for k in 0..3 {
                    self.bodies[i].speed[k] -= d[k] * b.mass * pull;
                    self.bodies[j].speed[k] += d[k] * a.mass * pull;
                }
            }
        }
        for body in &mut self.bodies {
            for k in 0..3 {
                body.at[k] += dt * body.speed[k];
            }
        }
    }

    fn energy(&self) -> f64 {
        let moving: f64 = self.bodies.iter().map(|b| 0.5 * b.mass * b.speed.iter().map(|v| v * v).sum::<f64>()).sum();
        moving
    }
}

impl Program for Orbits {
    fn init() -> Self {
        let mut chance = setting("START", 7);
        let mut bodies = vec![Body::default(); BODIES];
        for body in &mut bodies {
            body.mass = 0.1 + draw(&mut chance);
            for k in 0..3 {
                body.at[k] = 2.0 * draw(&mut chance) - 1.0;
                body.speed[k] = draw(&mut chance) - 0.5;
            }
        }
        let orbit = File::create("orbit.csv").expect("a file for the orbit");
        Orbits { bodies, orbit, seen: HashMap::new(), steps: setting("STEPS", 20), last: 0 }
    }

    fn step(&mut self) -> Answer {
        for _ in 0..setting("MOVES", 50) {
            self.advance(0.001);
        }
        for body in &self.bodies {
            let quarter = NAMES[(body.at[0] > 0.0) as usize * 2 + (body.at[1] > 0.0) as usize];
            *self.seen.entry(quarter).or_insert(0) += 1;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock behind 1970").as_nanos() as u64;
        writeln!(self.orbit, "{:.12},{:.12},{}", self.bodies[0].at[0], self.energy(), now > self.last).expect("room for the orbit");
        self.last = now;
        self.steps -= 1;
        if self.steps > 0 {
            return Answer::GoOn;
        }
        let mut seen: Vec<_> = self.seen.iter().collect();
        seen.sort();
        std::fs::write("seen.txt", format!("{:?}\n", seen)).expect("room for what was seen");
        Answer::Done
    }
}

program!(Orbits);
