//! The embedding API: many programs in one process.

use cordial::Program;

/// Enough for several sweeps of what programs have left behind.
const PROGRAMS: usize = 600;

#[test]
fn programs_of_one_process_leave_nothing_to_each_other() {
    for number in 0..PROGRAMS {
        let other = (number + 1) % 2;
        let code = format!(
            "defmodule Same do\n  def f{}(x), do: {{:persistent_term.put({{Same, x}}, [x]), &Same.f{}/1}}\nend\n\
             {{:ok, _}} = Same.f{}({number})\n\
             false = function_exported?(Same, :f{other}, 1)\n\
             [{number}] = :persistent_term.get({{Same, {number}}})",
            number % 2,
            number % 2,
            number % 2,
        );
        let code = code.replace("{:ok, _}", "{:ok, fun}") + "\n{:ok, _} = fun.(0)";
        assert_eq!(Program::new().eval(code).run(), 0, "program {number}");
    }
}

#[test]
fn programs_wait_for_each_other() {
    let threads: Vec<_> = (0..4)
        .map(|number| {
            std::thread::spawn(move || {
                let code = format!("{number} = Enum.sum([{number}]); Process.sleep(5)");
                (0..10)
                    .map(|_| Program::new().eval(code.clone()).run())
                    .sum::<i32>()
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no panic"), 0);
    }
}
