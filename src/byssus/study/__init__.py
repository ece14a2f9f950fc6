"""What a lab declares: the study's model, its loading and checking, the schema editors use."""
