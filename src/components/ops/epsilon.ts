/**
 * What norms add to a variance or mean square, so that a vector of zeros does not divide by zero; GPT-2's, Llama's and
 * PyTorch's value.
 */
export const EPSILON = 1e-5;
