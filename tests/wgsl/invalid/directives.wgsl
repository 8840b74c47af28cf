// Directives, extensions and diagnostic filters.
//// severity-unknown
diagnostic(⟦loud¦off⟧, derivative_uniformity);
//// filters-conflict
diagnostic(off, derivative_uniformity);
diagnostic(⟦error¦off⟧, derivative_uniformity);
//// requires-after-declaration
const a = 1;
⟦requires readonly_and_readwrite_storage_textures;¦⟧
//// diagnostic-after-declaration
const a = 1;
⟦diagnostic(off, derivative_uniformity);¦⟧
//// enable-without-name
⟦enable ;¦⟧
const a = 1;
//// block-comment-open line=2
const a = 1;
⟦/* /* */¦/* /* */ */⟧
//// filter-on-struct
⟦@diagnostic(off, derivative_uniformity)¦⟧ struct S { a: i32 }
