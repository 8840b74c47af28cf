// Directives, extensions and diagnostic filters.
//// severity-unknown section=diagnostic-severity-control-names says=`"loud" is no severity`
diagnostic(⟦loud¦off⟧, derivative_uniformity);
//// filters-conflict section=diagnostic-filtering says=`two diagnostic filters for "derivative_uniformity" at one place ask for different severities`
diagnostic(off, derivative_uniformity);
diagnostic(⟦error¦off⟧, derivative_uniformity);
//// requires-after-declaration section=directives says=`the directive .requires. stands after a declaration`
const a = 1;
⟦requires readonly_and_readwrite_storage_textures;¦⟧
//// diagnostic-after-declaration section=global-diagnostic-directive says=`the directive .diagnostic. stands after a declaration`
const a = 1;
⟦diagnostic(off, derivative_uniformity);¦⟧
//// enable-without-name section=enable-extensions-sec says=`expected the name of an extension, found .;.`
⟦enable ;¦⟧
const a = 1;
//// block-comment-open line=2 section=comments says=`this comment has no end`
const a = 1;
⟦/* /* */¦/* /* */ */⟧
//// filter-on-struct section=diagnostic-attr says=`attributes cannot stand before .struct.`
⟦@diagnostic(off, derivative_uniformity)¦⟧ struct S { a: i32 }
