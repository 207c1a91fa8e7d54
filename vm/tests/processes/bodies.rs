//! What the processes of the tests do, as natives that are called again whenever something arrives.

use cordial_vm::atom::Atom;
use cordial_vm::bytecode::ops::Mfa;
use cordial_vm::exec::Held;
use cordial_vm::natives::{Ctx, Native, NativeResult, Stop};
use cordial_vm::process::signal::Watched;
use cordial_vm::process::spawn::{MonitorOptions, Options, Start, spawn};
use cordial_vm::process::{Peek, send};
use cordial_vm::term::Term;
use cordial_vm::vm::Vm;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// Sums by number of probe: how many have reported, and what.
static PROBE: Mutex<Vec<&'static Counts>> = Mutex::new(Vec::new());

struct Counts {
    reports: AtomicUsize,
    sum: AtomicI64,
}

/// What processes report to.
pub struct Probe(usize);

impl Probe {
    pub fn new() -> Probe {
        let mut all = PROBE.lock().unwrap();
        all.push(Box::leak(Box::new(Counts {
            reports: AtomicUsize::new(0),
            sum: AtomicI64::new(0),
        })));
        Probe(all.len() - 1)
    }

    pub fn term(&self) -> Term {
        Term::small(self.0 as i64)
    }

    fn counts(&self) -> &'static Counts {
        PROBE.lock().unwrap()[self.0]
    }

    /// Waits for this many reports; gives their sum.
    pub fn wait(&self, reports: usize) -> i64 {
        let counts = self.counts();
        let start = Instant::now();
        while counts.reports.load(SeqCst) < reports {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "{} of {reports}",
                counts.reports.load(SeqCst)
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        counts.sum.load(SeqCst)
    }
}

fn report(probe: Term, value: i64) {
    let counts = Probe(probe.small_value() as usize).counts();
    counts.sum.fetch_add(value, SeqCst);
    counts.reports.fetch_add(1, SeqCst);
}

static BODIES: &[Native] = &[
    Native::plain("test", "echo", 1, echo),
    Native::plain("test", "pinger", 3, pinger),
    Native::plain("test", "pinging", 3, pinging),
    Native::plain("test", "nothing", 0, |_, _| Ok(Term::OK)),
    Native::plain("test", "spawner", 2, spawner),
    Native::plain("test", "sleeper", 2, sleeper),
    Native::plain("test", "slept", 2, |ctx, args| {
        receive(ctx)?;
        report(args[1], args[0].small_value());
        Ok(Term::OK)
    }),
    Native::plain("test", "chain", 1, chain),
    Native::plain("test", "for_ever", 0, |ctx, _| {
        receive(ctx)?;
        Err(Stop::Wait)
    }),
    Native::plain("test", "watcher", 2, watcher),
    Native::plain("test", "watching", 2, |ctx, args| {
        receive(ctx)?;
        report(args[1], 1);
        Ok(Term::OK)
    }),
    Native::blocking("test", "blocker", 1, |_, args| {
        std::thread::sleep(Duration::from_millis(50));
        report(args[0], 1);
        Ok(Term::OK)
    }),
];

pub fn vm(schedulers: usize) -> Vm {
    Vm::builder().schedulers(schedulers).natives(&[BODIES]).start()
}

pub fn mfa(module: &str, function: &str, arity: u8) -> Mfa {
    Mfa {
        module: Atom::new(module),
        function: Atom::new(function),
        arity,
    }
}

/// Has a new process call the function.
pub fn call(held: &mut Held<'_>, module: &str, function: &str, args: &[Term]) -> Term {
    let mut ctx = held.ctx();
    start(
        &mut ctx,
        mfa(module, function, args.len() as u8),
        args,
        Options::default(),
    )
    .expect("it starts")
}

fn start(ctx: &mut Ctx<'_>, mfa: Mfa, args: &[Term], options: Options) -> Result<Term, Stop> {
    spawn(ctx.process, ctx.vm, Start::Call(mfa, args), options).map(|(pid, _)| pid)
}

/// The next message, taken out.
fn receive(ctx: &mut Ctx<'_>) -> Result<Term, Stop> {
    match ctx.process.peek_message(ctx.vm) {
        Peek::Message(message) => {
            ctx.process.mailbox.take();
            Ok(message)
        }
        Peek::Empty => Err(Stop::Wait),
        Peek::Exit => Err(Stop::Exit),
    }
}

fn again(name: &str, args: &[Term]) -> NativeResult {
    Err(Stop::Call(mfa("test", name, args.len() as u8), args.into()))
}

fn echo(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let message = receive(ctx)?;
    let (from, value) = message.pair().expect("{from, value}");
    if value.is_atom() {
        return Ok(Term::OK);
    }
    send(ctx.process, ctx.vm, from, value)?;
    again("echo", args)
}

fn pinger(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let me = ctx.self_pid();
    let message = ctx.heap().tuple(&[me, args[1]]);
    send(ctx.process, ctx.vm, args[0], message)?;
    let state = ctx.heap().tuple(&[args[1], Term::ZERO]);
    again("pinging", &[args[0], state, args[2]])
}

fn pinging(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let left = receive(ctx)?.small_value() - 1;
    let (_, done) = args[1].pair().expect("{n, done}");
    let done = done.small_value() + 1;
    let me = ctx.self_pid();
    let next = if left == 0 { Term::OK } else { Term::small(left) };
    let message = ctx.heap().tuple(&[me, next]);
    send(ctx.process, ctx.vm, args[0], message)?;
    if left == 0 {
        report(args[2], done);
        return Ok(Term::OK);
    }
    let state = ctx.heap().tuple(&[Term::small(left), Term::small(done)]);
    again("pinging", &[args[0], state, args[2]])
}

/// Args: how many are left, probe. The count of those joined stands in the dictionary.
fn spawner(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let waiting = ctx
        .process
        .dictionary
        .get_or_insert_default()
        .get(Term::OK)
        .is_some();
    if waiting {
        let message = receive(ctx)?;
        assert_eq!(
            message.tuple().map(|parts| parts[4]),
            Some(Term::atom(Atom::new("normal")))
        );
        let dictionary = ctx.process.dictionary.get_or_insert_default();
        dictionary.erase(Term::OK);
        let total = dictionary.get(Term::TRUE).map_or(0, Term::small_value) + 1;
        dictionary.put(Term::TRUE, Term::small(total));
    }
    let left = args[0].small_value();
    if left == 0 {
        let total = ctx
            .process
            .dictionary
            .get_or_insert_default()
            .get(Term::TRUE)
            .map_or(0, Term::small_value);
        report(args[1], total);
        return Ok(Term::OK);
    }
    let options = Options {
        monitor: Some(MonitorOptions::default()),
        ..Options::default()
    };
    start(ctx, mfa("test", "nothing", 0), &[], options)?;
    ctx.process
        .dictionary
        .get_or_insert_default()
        .put(Term::OK, Term::OK);
    again("spawner", &[Term::small(left - 1), args[1]])
}

fn sleeper(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let to = ctx.self_pid();
    let at = Instant::now() + Duration::from_millis(args[0].small_value() as u64);
    let message = cordial_vm::heap::OwnedTerm::of(Term::OK);
    ctx.vm
        .timers()
        .send_at(at, to, message, cordial_vm::heap::next_reference(), false);
    // One that must not come.
    let never = cordial_vm::heap::next_reference();
    ctx.vm
        .timers()
        .send_at(at, to, cordial_vm::heap::OwnedTerm::of(Term::TRUE), never, false);
    assert!(ctx.vm.timers().cancel(ctx.vm, never).is_some());
    again("slept", args)
}

/// A chain of linked processes, the last of which fails.
fn chain(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let left = args[0].small_value();
    if left == 0 {
        return Err(Stop::exit(Term::atom(Atom::new("broken"))));
    }
    let options = Options {
        link: true,
        ..Options::default()
    };
    start(ctx, mfa("test", "chain", 1), &[Term::small(left - 1)], options)?;
    again("for_ever", &[])
}

fn watcher(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_pid().expect("a pid");
    ctx.process
        .monitor(ctx.vm, number, Watched::Pid(number), None, None);
    again("watching", args)
}
