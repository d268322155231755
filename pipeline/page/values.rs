//! What a template is filled with: values by name, made of anything that can be serialised.

use minijinja::Value;
use std::collections::BTreeMap;

/// Values by name.
pub type Values = BTreeMap<&'static str, Value>;

/// Makes [`Values`] of `name => expression` and of `name`, which stands for `name => name`.
macro_rules! values {
    (@put $map:ident;) => {};
    (@put $map:ident; $name:ident => $value:expr $(, $($rest:tt)*)?) => {
        $map.insert(stringify!($name), minijinja::Value::from(minijinja::value::Serde(&$value)));
        $($crate::page::values::values!(@put $map; $($rest)*);)?
    };
    (@put $map:ident; $name:ident $(, $($rest:tt)*)?) => {
        $map.insert(stringify!($name), minijinja::Value::from(minijinja::value::Serde(&$name)));
        $($crate::page::values::values!(@put $map; $($rest)*);)?
    };
    () => { $crate::page::values::Values::new() };
    ($($all:tt)+) => {{
        let mut map = $crate::page::values::Values::new();
        $crate::page::values::values!(@put map; $($all)+);
        map
    }};
}
pub(in crate::page) use values;
