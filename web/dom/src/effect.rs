//! Effects, each one boxed closure to Leptos.

use reactive_graph::effect::EffectFunction;

/// What happens when a signal changes, apart from what is shown.
pub struct Effect;

impl Effect {
    /// Runs soon, and again whenever a signal that it reads changes, for as long as the present owner lives. A function
    /// with a parameter is given what it answered the last time.
    #[expect(clippy::new_ret_no_self, reason = "the owner keeps it, and screens know it by this name")]
    pub fn new<T: 'static, M>(mut run: impl EffectFunction<T, M> + 'static) {
        let mut before = None;
        boxed(Box::new(move || before = Some(run.run(before.take()))));
    }
}

fn boxed(run: Box<dyn FnMut()>) {
    let _ = reactive_graph::effect::Effect::new(run);
}
