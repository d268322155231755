//! The built-in template and what is said of templates that are not sound.
