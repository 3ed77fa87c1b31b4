"""scikit-learn's BernoulliRBM (PCD-1), float32."""

import warnings

import sklearn
from peer import RATE, arguments, binary_cases, serve
from sklearn.neural_network import BernoulliRBM

options = arguments()
cases = binary_cases(options)
warnings.simplefilter("ignore")


def epoch():
    BernoulliRBM(
        n_components=options.hidden, batch_size=options.batch, n_iter=1, learning_rate=RATE, random_state=0
    ).fit(cases)


serve("scikit-learn-PCD-1", sklearn.__version__, epoch)
