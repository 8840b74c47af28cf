// Package convert makes a GGUF file of a folder as Hugging Face has them: config.json, a
// tokenizer and weights in safetensors.
//
// Folders come from strangers: every length is held against the size of the file before
// memory is taken for it, and names of files do not leave the folder. It may import llm/gguf,
// llm/model, llm/quant and llm/token. Invariants: what is written loads by llm/model and
// llm/token, or nothing is; a setting or a tensor that the engine would not heed is refused
// by its name, never left out in silence; no more than a few megabytes of weights are in
// memory at a time.
// Source: the safetensors format, the models of Transformers, and the names and layouts of
// llama.cpp's convert_hf_to_gguf.py.
package convert
