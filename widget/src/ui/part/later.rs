//! What outlives the views of a part.

use leptos::prelude::*;

/// Made once, at the first need, and then kept by whoever made this place for it: most shoppers never need what a part
/// keeps between its views.
pub struct Later<T: 'static> {
    made: StoredValue<Option<T>>,
    owner: StoredValue<Option<Owner>>,
}

impl<T> Clone for Later<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Later<T> {}

impl<T: Copy + Send + Sync> Later<T> {
    pub fn new() -> Later<T> {
        Later { made: StoredValue::new(None), owner: StoredValue::new(Owner::current()) }
    }

    /// What has been made, if anything has.
    pub fn made(self) -> Option<T> {
        self.made.get_value()
    }

    pub fn get(self, make: impl FnOnce() -> T) -> T {
        if let Some(made) = self.made.get_value() {
            return made;
        }
        let made = match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        };
        self.made.set_value(Some(made));
        made
    }
}

impl<T: Copy + Send + Sync> Default for Later<T> {
    fn default() -> Self {
        Self::new()
    }
}
