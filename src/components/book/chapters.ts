/** A chapter of the book, in reading order. */
export interface Chapter {
  /** The page's name: `attention` is `attention.md`. */
  path: string;
  number: number;
  title: string;
  /** The one idea, in a sentence. */
  idea: string;
  /** What a reader may look for here: a term or a question, and the heading's anchor that answers it. */
  concepts: readonly {term: string; anchor?: string}[];
}

export const chapters: readonly Chapter[] = [
  {
    path: "text",
    number: 1,
    title: "Text as numbers",
    idea: "A model reads whole numbers; a tokenizer turns text into them and back.",
    concepts: [
      {term: "Token", anchor: "what-a-token-is"},
      {term: "Vocabulary", anchor: "what-a-token-is"},
      {term: "UTF-8", anchor: "characters-and-bytes"},
      {term: "Zipf’s law", anchor: "which-pieces-are-common"},
      {term: "Entropy", anchor: "which-pieces-are-common"},
      {term: "Byte-pair encoding", anchor: "learning-the-pieces"},
      {term: "WordPiece", anchor: "three-tokenizers-one-text"},
      {term: "Unknown characters", anchor: "unknown-characters"},
      {term: "Vocabulary size", anchor: "the-size-of-the-vocabulary"},
      {term: "Padding", anchor: "sequence-length-and-padding"},
      {term: "Padding mask", anchor: "sequence-length-and-padding"},
      {term: "Token ids as names", anchor: "a-number-is-a-name-not-a-size"}
    ]
  },
  {
    path: "vectors",
    number: 2,
    title: "Vectors and layers",
    idea: "A list of numbers can mean something, and a layer of products can learn what.",
    concepts: [
      {term: "Embedding", anchor: "a-token-is-a-list-of-numbers"},
      {term: "Vector", anchor: "a-token-is-a-list-of-numbers"},
      {term: "Cosine similarity", anchor: "a-token-is-a-list-of-numbers"},
      {term: "Why discrete becomes continuous", anchor: "why-discrete-becomes-continuous"},
      {term: "Embedding lookup", anchor: "embedding-lookup"},
      {term: "One-hot", anchor: "embedding-lookup"},
      {term: "Dot product", anchor: "the-dot-product"},
      {term: "Linear layer", anchor: "a-linear-layer"},
      {term: "Backpropagation", anchor: "backpropagation"},
      {term: "Reshape", anchor: "reshape-transpose-broadcasting"},
      {term: "Transpose", anchor: "reshape-transpose-broadcasting"},
      {term: "Broadcasting", anchor: "reshape-transpose-broadcasting"},
      {term: "ReLU", anchor: "the-rectifier"},
      {term: "Hidden unit", anchor: "bending-to-any-function"},
      {term: "Universal approximation", anchor: "bending-to-any-function"},
      {term: "Logits", anchor: "logits-and-softmax"},
      {term: "Softmax", anchor: "logits-and-softmax"},
      {term: "Cross-entropy", anchor: "cross-entropy"},
      {term: "Gradient descent", anchor: "gradient-descent"},
      {term: "Learning rate", anchor: "gradient-descent"}
    ]
  },
  {
    path: "bigram",
    number: 3,
    title: "A first language model",
    idea: "Count which token follows which; then learn the same table by gradient descent.",
    concepts: [
      {term: "Next-token prediction", anchor: "next-token-prediction"},
      {term: "Bigram", anchor: "count-what-follows"},
      {term: "n-gram", anchor: "what-it-cannot-know"},
      {term: "Smoothing", anchor: "pairs-never-seen"},
      {term: "Held-out text", anchor: "pairs-never-seen"},
      {term: "Cross-entropy", anchor: "cross-entropy"},
      {term: "Nat", anchor: "what-a-loss-in-nats-means"},
      {term: "Perplexity", anchor: "what-a-loss-in-nats-means"},
      {term: "Embedding lookup", anchor: "learn-the-table-instead"},
      {term: "Logits", anchor: "logits"},
      {term: "Teacher forcing", anchor: "teacher-forcing"},
      {term: "Batches", anchor: "batches"},
      {term: "MLP with a window", anchor: "what-it-cannot-know"}
    ]
  },
  {
    path: "order",
    number: 4,
    title: "Order",
    idea: "Attention alone cannot tell first from last; positions have to be put in.",
    concepts: [
      {term: "Positions: why a model needs them", anchor: "why-positions-at-all"},
      {term: "Sinusoidal positions", anchor: "sinusoidal-positions-a-table-of-waves"},
      {term: "Learned positions", anchor: "learned-positions-a-table-like-any-other"},
      {term: "Learned or sinusoidal positions?", anchor: "learned-or-sinusoidal"},
      {term: "RoPE, rotary positions", anchor: "ro-pe-hands-that-turn"},
      {term: "ALiBi", anchor: "a-li-bi-what-is-far-counts-less"},
      {term: "Relative or absolute positions?", anchor: "relative-or-absolute"},
      {term: "Context longer than in training", anchor: "beyond-the-training-length"}
    ]
  },
  {
    path: "attention",
    number: 5,
    title: "Attention",
    idea: "Each token asks a question of the tokens before it, and takes what answers.",
    concepts: [
      {term: "Query, key and value (Q, K, V)", anchor: "query-key-and-value"},
      {term: "Energy matrix: the scores q·kᵀ", anchor: "scores-the-energy-matrix"},
      {term: "Causal mask", anchor: "the-causal-mask"},
      {term: "Softmax axis: why over the keys", anchor: "softmax-why-over-the-keys"},
      {term: "Weighted sum of values", anchor: "mixing-the-values"},
      {term: "Why scores are divided by √D", anchor: "why-divide-by-d"},
      {term: "Reshape, transpose and broadcasting in attention", anchor: "shapes-a-transpose-and-a-broadcast"}
    ]
  },
  {
    path: "heads",
    number: 6,
    title: "Many heads",
    idea: "Several small questions at once find more than one large one.",
    concepts: [
      {term: "Multi-head attention", anchor: "cut-attend-put-together"},
      {term: "Subspaces of heads: why several", anchor: "why-several-heads"},
      {term: "Reshape and transpose of heads", anchor: "cut-attend-put-together"},
      {term: "Concatenate and project", anchor: "concatenate-and-project"},
      {term: "What heads do", anchor: "what-the-heads-do"},
      {term: "Induction head", anchor: "what-the-heads-do"},
      {term: "Silencing heads (ablation)", anchor: "silence-a-head"},
      {term: "Attention weights: what they do not prove", anchor: "what-attention-weights-do-not-prove"},
      {term: "Grouped-query attention (GQA)", anchor: "sharing-keys-and-values"}
    ]
  },
  {
    path: "block",
    number: 7,
    title: "The block",
    idea: "Feed-forward, residuals and normalisation make attention trainable when it is stacked.",
    concepts: [
      {term: "Feed-forward layer", anchor: "what-the-feed-forward-layer-does"},
      {term: "Hidden unit of a feed-forward layer", anchor: "what-the-feed-forward-layer-does"},
      {term: "GELU and SwiGLU", anchor: "the-bend"},
      {term: "Residual connection", anchor: "residual-connections"},
      {term: "Residual stream", anchor: "residual-connections"},
      {term: "Backpropagation through a residual", anchor: "backpropagation-through-a-residual"},
      {term: "Vanishing gradients", anchor: "vanishing-gradients"},
      {term: "LayerNorm", anchor: "layer-norm"},
      {term: "RMSNorm", anchor: "layer-norm"},
      {term: "Why LayerNorm stabilises", anchor: "why-layer-norm-stabilises"},
      {term: "Pre-LN and Post-LN", anchor: "pre-ln-or-post-ln"}
    ]
  },
  {
    path: "model",
    number: 8,
    title: "The model",
    idea: "Stack the blocks, count the numbers, and that is all of it.",
    concepts: [
      {term: "Residual stream", anchor: "the-stream"},
      {term: "Final norm and head", anchor: "the-final-norm-and-the-head"},
      {term: "Logits", anchor: "the-final-norm-and-the-head"},
      {term: "Weight tying", anchor: "weight-tying"},
      {term: "Parameters, memory and FLOPs", anchor: "what-it-costs"},
      {term: "KV cache", anchor: "what-it-costs"},
      {term: "Encoder and decoder", anchor: "encoder-and-decoder"},
      {term: "Causal mask", anchor: "encoder-and-decoder"}
    ]
  },
  {
    path: "training",
    number: 9,
    title: "Training",
    idea: "Guess, measure how wrong, move every number a little; and know what it means when that stops helping.",
    concepts: [
      {term: "Training loop", anchor: "the-training-loop"},
      {term: "Gradient descent", anchor: "gradient-descent"},
      {term: "Stochastic gradient descent (SGD)", anchor: "gradient-descent"},
      {term: "Momentum", anchor: "gradient-descent"},
      {term: "Why Adam", anchor: "why-adam"},
      {term: "AdamW and weight decay", anchor: "why-adam"},
      {term: "Muon", anchor: "why-adam"},
      {term: "Finding a learning rate", anchor: "finding-a-learning-rate"},
      {term: "Warm-up and decay of the learning rate", anchor: "warm-up-and-decay"},
      {term: "Gradient clipping", anchor: "clipping"},
      {term: "Batch size and learning rate", anchor: "batch-size-and-learning-rate"},
      {term: "Epoch", anchor: "epochs-and-checkpoints"},
      {term: "Checkpoint", anchor: "epochs-and-checkpoints"},
      {term: "Overfit one batch", anchor: "overfit-one-batch"},
      {term: "Overfitting and underfitting", anchor: "overfitting-and-underfitting"},
      {term: "Dropout", anchor: "overfitting-and-underfitting"},
      {term: "Early stopping", anchor: "overfitting-and-underfitting"},
      {term: "Loss floor", anchor: "the-loss-floor"}
    ]
  },
  {
    path: "sampling",
    number: 10,
    title: "Sampling",
    idea: "A model gives probabilities; what it writes depends on how one draws from them.",
    concepts: [
      {term: "Logits to probability to sampling", anchor: "from-scores-to-probabilities"},
      {term: "Softmax with temperature", anchor: "temperature"},
      {term: "Greedy decoding", anchor: "temperature"},
      {term: "Top-k sampling", anchor: "three-ways-to-cut"},
      {term: "Top-p (nucleus) sampling", anchor: "three-ways-to-cut"},
      {term: "Min-p sampling", anchor: "three-ways-to-cut"},
      {term: "Order of sampling filters", anchor: "the-order-of-filters"},
      {term: "Seed", anchor: "one-draw-and-a-thousand"},
      {term: "Chi-squared test of a sampler", anchor: "one-draw-and-a-thousand"},
      {term: "Repetition in generated text", anchor: "repetition"}
    ]
  },
  {
    path: "measuring",
    number: 11,
    title: "How good is it?",
    idea: "One number says how surprised a model is by text it has never seen; a few more say where and why.",
    concepts: [
      {term: "Surprise", anchor: "what-the-numbers-mean"},
      {term: "Cross-entropy", anchor: "what-the-numbers-mean"},
      {term: "Perplexity", anchor: "what-the-numbers-mean"},
      {term: "Bits per character", anchor: "what-the-numbers-mean"},
      {term: "Loss floor", anchor: "the-true-probabilities"},
      {term: "Kullback–Leibler divergence", anchor: "the-true-probabilities"},
      {term: "Held-out text", anchor: "on-text-that-it-has-never-seen"},
      {term: "Stride: windows over a long text", anchor: "on-text-that-it-has-never-seen"},
      {term: "Baselines", anchor: "baselines"},
      {term: "n-gram", anchor: "baselines"},
      {term: "Calibration", anchor: "calibration"},
      {term: "Memorisation", anchor: "memorisation"},
      {term: "Copies from the training text", anchor: "memorisation"},
      {term: "Measuring a text of your own", anchor: "measure-a-text-of-yours"},
      {term: "Repetition, distinct-n", anchor: "what-it-writes"}
    ]
  },
  {
    path: "inference",
    number: 12,
    title: "Fast inference",
    idea: "What has been read need not be read again, and most of the bits of a number need not be kept.",
    concepts: [
      {term: "KV cache", anchor: "the-kv-cache"},
      {term: "Prefill and decode", anchor: "prefill-and-decode"},
      {term: "Training in parallel, writing one by one", anchor: "prefill-and-decode"},
      {term: "WebAssembly and WebGPU", anchor: "the-same-step-on-four-engines"},
      {term: "ONNX", anchor: "a-graph-that-others-can-run"},
      {term: "Precision: float32, float16, int8", anchor: "precision-and-quantisation"},
      {term: "Quantisation", anchor: "precision-and-quantisation"},
      {term: "Inference at scale", anchor: "billions-of-parameters"},
      {term: "Memory bandwidth", anchor: "billions-of-parameters"},
      {term: "Batching", anchor: "batching"},
      {term: "Tensor parallelism", anchor: "batching"}
    ]
  },
  {
    path: "scale",
    number: 13,
    title: "Scale",
    idea: "More numbers, more text and more machines: what grows with what, and how the work is shared.",
    concepts: [
      {term: "Why it scales", anchor: "why-it-scales"},
      {term: "Power law", anchor: "why-it-scales"},
      {term: "Scaling laws", anchor: "a-law-with-four-numbers"},
      {term: "Compute-optimal training", anchor: "a-law-with-four-numbers"},
      {term: "Data parallelism", anchor: "data-parallelism"},
      {term: "DDP", anchor: "data-parallelism"},
      {term: "Ring all-reduce", anchor: "data-parallelism"},
      {term: "Model parallelism", anchor: "model-parallelism"},
      {term: "Pipeline parallelism", anchor: "model-parallelism"},
      {term: "Micro-batches", anchor: "model-parallelism"},
      {term: "Mixed precision", anchor: "half-the-bits"},
      {term: "Precision", anchor: "half-the-bits"},
      {term: "Loss scale", anchor: "half-the-bits"},
      {term: "Gradient checkpointing", anchor: "gradient-checkpointing"},
      {term: "Where to train larger models", anchor: "when-the-tab-is-too-small"}
    ]
  },
  {
    path: "lab",
    number: 14,
    title: "The lab",
    idea: "Everything at once: every setting, every view, and your own runs side by side.",
    concepts: [
      {term: "Presets and the reasons for their values", anchor: "presets-and-why"},
      {term: "Learning-rate range test", anchor: "find-a-learning-rate"},
      {term: "Sweep over settings", anchor: "find-a-learning-rate"},
      {term: "Gradient check", anchor: "find-a-learning-rate"},
      {term: "Comparing runs", anchor: "compare-models"},
      {term: "Activations of any layer", anchor: "look-inside"},
      {term: "Gradients of any layer", anchor: "look-inside"},
      {term: "Attention of your own model", anchor: "attend"},
      {term: "Kernel (of a GPU)", anchor: "profile"},
      {term: "Roofline", anchor: "two-limits"},
      {term: "Run, as a file", anchor: "checkpoints-and-files"},
      {term: "Model card", anchor: "models-in-and-out"},
      {term: "Receipt: training the same run again", anchor: "links-and-receipts"}
    ]
  }
];

/** The chapter of a page. Throws RangeError for a page that is none. */
export function chapterAt(path: string): Chapter {
  const chapter = chapters.find((chapter) => chapter.path === path);
  if (!chapter) throw new RangeError(`There is no chapter “${path}”.`);
  return chapter;
}
