// SPDX-License-Identifier: Apache-2.0
//! Step programs of PeerCompute (docs/step-abi.md): implement [`Program`], name the type in [`program!`], build a `cdylib` for `wasm32-wasi`.
//! Everything that lasts from one call to the next is memory, globals, open files and the work folder; between two calls the program may be
//! stopped, moved to another machine and continued there, and does not notice. The crate needs no standard library; programs may use it.
#![no_std]

/// What a step answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Answer {
    /// There is another step.
    GoOn = 0,
    /// That was the last one.
    Done = 1,
}

/// A computation in steps.
pub trait Program {
    /// Called once, before the first step.
    fn init() -> Self;

    /// Called until it answers [`Answer::Done`]. One call may use no more fuel than the job's terms grant to a step.
    fn step(&mut self) -> Answer;
}

/// Exports a type as the step program of this module.
#[macro_export]
macro_rules! program {
    ($program:ty) => {
        static mut PROGRAM: Option<$program> = None;

        extern "C" {
            fn __wasm_call_ctors();
        }

        /// Without this the linker would run the constructors again at every call from outside.
        #[export_name = "_initialize"]
        pub extern "C" fn peercompute_initialize() {
            unsafe { __wasm_call_ctors() }
        }

        #[export_name = "init"]
        pub extern "C" fn peercompute_init() {
            unsafe { PROGRAM = Some(<$program as $crate::Program>::init()) }
        }

        #[export_name = "step"]
        pub extern "C" fn peercompute_step() -> i32 {
            let program = unsafe { (*core::ptr::addr_of_mut!(PROGRAM)).as_mut() };
            $crate::Program::step(program.expect("init comes first")) as i32
        }
    };
}
